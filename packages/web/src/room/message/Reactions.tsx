import type { Message } from '@earshot/client';
import { useContext } from 'react';
import { isolate } from '../../lib/isolate.ts';
import type { Text } from '../../text/en.ts';
import { useText } from '../../text/useText.ts';
import { type NameOf, NamesContext, OwnReactionsContext, useMessageCommands } from '../roomContext.ts';
import styles from './Reactions.module.css';

interface ReactionsProps {
  message: Message;
  /** Whether the reactions are tab stops. */
  tabbable: boolean;
}

/** The reactions to a message. A press adds or removes the user's own. */
export function Reactions({ message, tabbable }: ReactionsProps) {
  const { userId, react } = useMessageCommands();
  const nameOf = useContext(NamesContext);
  const own = useContext(OwnReactionsContext).get(message.id);
  const { room } = useText();
  return (
    <ul className={styles.reactions}>
      {message.reactions.map(({ emoji, count, userIds }) => {
        const mine = userIds.includes(userId) || own?.includes(emoji) === true;
        // The user is always named, even if the message's list of users is cut before them.
        const ids = mine && !userIds.includes(userId) ? [userId, ...userIds] : userIds;
        const label = room.reactionBy(`${emoji} ${count}`, listNames(ids, { count, userId, nameOf, room }));
        return (
          <li key={emoji}>
            <button
              type="button"
              className={styles.chip}
              aria-pressed={mine}
              aria-label={label}
              title={label}
              tabIndex={tabbable ? undefined : -1}
              onClick={() => void react(message, emoji, !mine)}
            >
              <span aria-hidden="true">{emoji}</span>
              <span aria-hidden="true" className={styles.count}>
                {count}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const namesShown = 8;

function listNames(
  userIds: readonly string[],
  { count, userId, nameOf, room }: { count: number; userId: string; nameOf: NameOf; room: Text['room'] },
): string {
  const names = userIds
    .slice(0, namesShown)
    .map((id) => (id === userId ? room.you : isolate(nameOf(id) ?? room.someone)));
  const more = count - names.length;
  return names.join(', ') + (more > 0 ? ` ${room.peopleMore(more)}` : '');
}
