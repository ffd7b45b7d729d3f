import type { Message } from '@earshot/client';
import { useContext } from 'react';
import type { Text } from '../../text/en.ts';
import { useText } from '../../text/useText.ts';
import { isolate } from '../isolate.ts';
import { type NameOf, NamesContext, useMessageDeeds } from '../roomContext.ts';
import styles from './Reactions.module.css';
import { countReactions } from './reactions.ts';

interface ReactionsProps {
  message: Message;
  /** Whether Tab goes to them. */
  tabbable: boolean;
}

/** How others reacted to a message; a press adds or takes back one's own. */
export function Reactions({ message, tabbable }: ReactionsProps) {
  const { userId, react } = useMessageDeeds();
  const nameOf = useContext(NamesContext);
  const { room } = useText();
  return (
    <ul className={styles.reactions}>
      {countReactions(message.reactions).map(({ emoji, userIds }) => {
        const mine = userIds.includes(userId);
        const who = room.reactionBy(`${emoji} ${userIds.length}`, listNames(userIds, { userId, nameOf, room }));
        return (
          <li key={emoji}>
            <button
              type="button"
              className={styles.chip}
              aria-pressed={mine}
              aria-label={who}
              title={who}
              tabIndex={tabbable ? undefined : -1}
              onClick={() => void react(message, emoji, !mine)}
            >
              <span aria-hidden="true">{emoji}</span>
              <span aria-hidden="true" className={styles.count}>
                {userIds.length}
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
  { userId, nameOf, room }: { userId: string; nameOf: NameOf; room: Text['room'] },
): string {
  const names = userIds
    .slice(0, namesShown)
    .map((id) => (id === userId ? room.you : isolate(nameOf(id) ?? room.somebody)));
  const more = userIds.length - names.length;
  return names.join(', ') + (more > 0 ? ` ${room.peopleMore(more)}` : '');
}
