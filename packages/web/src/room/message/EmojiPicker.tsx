import { readEmoji } from '@earshot/client';
import { type FormEvent, useState } from 'react';
import { useText } from '../../text/useText.ts';
import styles from './EmojiPicker.module.css';
import { commonEmojis } from './emoji.ts';
import { FloatingPanel } from './FloatingPanel.tsx';

interface EmojiPickerProps {
  own: boolean;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

/** Buttons for common emojis, and a field for any other one. */
export function EmojiPicker({ own, onPick, onClose }: EmojiPickerProps) {
  const { room } = useText();
  return (
    <FloatingPanel own={own} label={room.pickEmoji} onClose={onClose}>
      <div className={styles.common}>
        {commonEmojis.map((emoji, index) => (
          <button
            key={emoji}
            type="button"
            className={styles.emoji}
            data-first={index === 0 || undefined}
            onClick={() => onPick(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
      <OtherEmoji onPick={onPick} />
    </FloatingPanel>
  );
}

function OtherEmoji({ onPick }: Pick<EmojiPickerProps, 'onPick'>) {
  const { room } = useText();
  const [typed, setTyped] = useState('');
  const [isInvalid, setIsInvalid] = useState(false);

  function add(event: FormEvent) {
    event.preventDefault();
    const emoji = readEmoji(typed.trim());
    if (emoji === null) setIsInvalid(true);
    else onPick(emoji);
  }

  return (
    <form className={styles.other} onSubmit={add}>
      <input
        className={styles.field}
        value={typed}
        aria-label={room.otherEmoji}
        aria-invalid={isInvalid}
        placeholder={room.otherEmoji}
        autoComplete="off"
        onChange={(event) => {
          setTyped(event.target.value);
          setIsInvalid(false);
        }}
      />
      <button type="submit" className={styles.add}>
        {room.addEmoji}
      </button>
      {isInvalid && (
        <p role="alert" className={styles.invalid}>
          {room.notOneEmoji}
        </p>
      )}
    </form>
  );
}
