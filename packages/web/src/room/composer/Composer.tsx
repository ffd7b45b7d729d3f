import { hasVisibleText } from '@earshot/client';
import { messageLength } from '@earshot/shared';
import { type FormEvent, type KeyboardEvent, type Ref, useRef } from 'react';
import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import { isComposing } from '../isComposing.ts';
import { useGrowingField } from '../useGrowingField.ts';
import { CharacterCount } from './CharacterCount.tsx';
import styles from './Composer.module.css';
import { useDraft } from './useDraft.ts';
import { useTyping } from './useTyping.ts';

interface ComposerProps {
  userId: string;
  roomId: string;
  roomName: string;
  maxChars: number;
  /** The id of the element that says why the user can't write; null if they can. */
  mutedBy?: string | null;
  onSend: (content: string) => void;
  setTyping: (isTyping: boolean) => void;
  /** Called for arrow up in an empty field. Opens the user's last message for editing; returns whether there is one. */
  onEditLast: () => boolean;
  /** Receives the field, to restore the focus. */
  ref?: Ref<HTMLTextAreaElement>;
}

/** The field for messages: Enter sends, Shift and Enter starts a new line, and unsent text is stored as a draft. */
export function Composer({ userId, roomId, roomName, maxChars, mutedBy = null, ...props }: ComposerProps) {
  const { onSend, setTyping, onEditLast, ref } = props;
  const { room } = useText();
  const [draft, setDraft] = useDraft(userId, roomId);
  const reportTyping = useTyping(setTyping);
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowingField(field, draft);

  const length = messageLength(draft);
  const isMuted = mutedBy !== null;
  const sendable = length > 0 && length <= maxChars && !isMuted;

  function change(next: string) {
    setDraft(next);
    reportTyping(hasVisibleText(next));
  }

  function send(event?: FormEvent) {
    event?.preventDefault();
    if (!sendable) return;
    onSend(draft.trim());
    setDraft('');
    reportTyping(false);
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && draft === '' && onEditLast()) {
      event.preventDefault();
    }
  }

  return (
    <form className={styles.composer} onSubmit={send}>
      <div className={styles.field}>
        <textarea
          ref={(element) => {
            field.current = element;
            assign(ref, element);
          }}
          rows={1}
          dir="auto"
          enterKeyHint="send"
          value={draft}
          placeholder={room.placeholder}
          aria-label={room.composerLabel(roomName)}
          aria-invalid={length > maxChars}
          aria-describedby={mutedBy ?? undefined}
          aria-disabled={isMuted}
          readOnly={isMuted}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={() => reportTyping(false)}
        />
        <CharacterCount length={length} max={maxChars} />
      </div>
      <button type="submit" className={styles.send} aria-label={room.send} title={room.send} disabled={!sendable}>
        <Icon name="send" size={22} />
      </button>
    </form>
  );
}

function assign<T>(ref: Ref<T> | undefined, value: T | null): void {
  if (typeof ref === 'function') ref(value);
  else if (ref) ref.current = value;
}
