import { hasVisibleName } from '@earshot/client';
import { limits } from '@earshot/shared';
import { type FormEvent, useState } from 'react';
import { useRoomRulesText } from '../../text/useRoomRulesText.ts';
import styles from './RoomRules.module.css';
import type { RoomState } from './useRoomRules.ts';

interface DescriptionProps extends Pick<RoomState, 'room'> {
  isBusy: boolean;
  onSave: (described: { title: string | null; topic: string | null }) => void;
}

/** Sets the title and the topic of the room. An empty field removes the text. */
export function Description({ room, isBusy, onSave }: DescriptionProps) {
  const text = useRoomRulesText();
  const [title, setTitle] = useState(room.title ?? '');
  const [topic, setTopic] = useState(room.topic ?? '');

  function submit(event: FormEvent): void {
    event.preventDefault();
    onSave({ title: textOf(title), topic: textOf(topic) });
  }

  return (
    <form className={styles.card} onSubmit={submit}>
      <h3>{text.describe}</h3>
      <label className="field">
        {text.roomTitle}
        <input
          value={title}
          maxLength={limits.titleChars}
          dir="auto"
          onChange={({ target }) => setTitle(target.value)}
        />
      </label>
      <label className="field">
        {text.topic}
        <input
          value={topic}
          maxLength={limits.topicChars}
          dir="auto"
          onChange={({ target }) => setTopic(target.value)}
        />
      </label>
      <button type="submit" className="button" aria-disabled={isBusy}>
        {text.save}
      </button>
    </form>
  );
}

const textOf = (typed: string): string | null => (hasVisibleName(typed) ? typed.trim() : null);
