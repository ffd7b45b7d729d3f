import type { Message } from '@earshot/client';
import { Suspense } from 'react';
import { lazyComponent } from '../../lib/lazyComponent.ts';
import { useGuestLabel } from '../../text/useGuestLabel.ts';
import { useText } from '../../text/useText.ts';
import { useMessageCommands } from '../roomContext.ts';
import { useTimeFormat } from '../useTimeFormat.ts';
import { Author } from './Author.tsx';
import { DeleteStep } from './DeleteStep.tsx';
import { EditBox } from './EditBox.tsx';
import { EmojiPicker } from './EmojiPicker.tsx';
import { isOnlyEmojis } from './emoji.ts';
import { MessageActions, type MessageMode } from './MessageActions.tsx';
import { MessageText } from './MessageText.tsx';
import styles from './MessageView.module.css';
import { Reactions } from './Reactions.tsx';

const PersonDialog = lazyComponent(() => import('../safety/PersonDialog.tsx').then((module) => module.PersonDialog));

interface MessageViewProps {
  message: Message;
  own: boolean;
  startsGroup: boolean;
  endsGroup: boolean;
  /** Whether the roving tabindex is at this message, so that its controls are tab stops. */
  active: boolean;
  /** The open panel of the message; null if none is open. */
  mode: MessageMode | null;
  onOpen: (mode: MessageMode) => void;
  onClose: () => void;
}

/** A message that the room has stored. */
export function MessageView({ message, own, startsGroup, endsGroup, active, mode, onOpen, onClose }: MessageViewProps) {
  const { room } = useText();
  const time = useTimeFormat();
  const { react, edit, remove, messageMaxChars } = useMessageCommands();
  const guestLabel = useGuestLabel();
  const clock = time.clock(message.timestamp);

  // A panel closes at once; a failure is reported elsewhere on the screen.
  function close(command: Promise<boolean>) {
    void command;
    onClose();
  }

  async function save(content: string): Promise<boolean> {
    const isSaved = await edit(message, content);
    if (isSaved) onClose();
    return isSaved;
  }

  return (
    <article
      className={`${styles.message} ${own ? styles.own : ''} ${startsGroup ? styles.first : ''} ${endsGroup ? styles.last : ''}`}
      tabIndex={active ? 0 : -1}
      aria-label={own ? room.ownMessage(clock) : room.message(message.username + guestLabel(message.userId), clock)}
    >
      {startsGroup && (
        <Author userId={message.userId} username={own ? null : message.username} at={message.timestamp} />
      )}
      {mode === 'edit' ? (
        <EditBox content={message.content} maxChars={messageMaxChars} onSave={save} onCancel={onClose} />
      ) : (
        <div className={styles.content}>
          <Bubble message={message} tabbable={active} />
          {!message.deleted && mode === null && <MessageActions own={own} tabbable={active} onOpen={onOpen} />}
          {mode === 'react' && (
            <EmojiPicker own={own} onClose={onClose} onPick={(emoji) => close(react(message, emoji, true))} />
          )}
          {mode === 'more' && (
            <Suspense>
              <PersonDialog
                person={{ roomId: message.roomId, user: message, messageId: message.id }}
                onClose={onClose}
              />
            </Suspense>
          )}
          {mode === 'delete' && <DeleteStep onKeep={onClose} onDelete={() => close(remove(message))} />}
        </div>
      )}
      {message.reactions.length > 0 && <Reactions message={message} tabbable={active} />}
    </article>
  );
}

function Bubble({ message, tabbable }: { message: Message; tabbable: boolean }) {
  const { room } = useText();
  const time = useTimeFormat();
  if (message.deleted) return <p className={styles.deleted}>{message.removedBy ? room.removed : room.deleted}</p>;
  return (
    <div
      className={isOnlyEmojis(message.content) ? styles.emojis : styles.bubble}
      title={time.exact(message.timestamp)}
    >
      <MessageText content={message.content} tabbable={tabbable} />
      {message.editedAt && (
        <span className={styles.edited} title={room.editedAt(time.exact(message.editedAt))}>
          {' '}
          {room.edited}
        </span>
      )}
    </div>
  );
}
