import { asEarshotError, type EarshotClientError, hasVisibleName, type Room } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Problem } from '../../errors/Problem.tsx';
import { useText } from '../../text/useText.ts';
import styles from './DescribeDialog.module.css';

interface DescribeDialogProps {
  room: Room;
  onSave: RoomView['describe'];
  onClose: () => void;
}

/** Changes the title and the topic of a room. */
export function DescribeDialog({ room, onSave, onClose }: DescribeDialogProps) {
  const { room: text } = useText();
  const [title, setTitle] = useState(room.title ?? '');
  const [topic, setTopic] = useState(room.topic ?? '');
  const [isSaving, setIsSaving] = useState(false);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);

  async function save(event: FormEvent) {
    event.preventDefault();
    if (isSaving) return;
    setIsSaving(true);
    try {
      await onSave({ title: textOf(title), topic: textOf(topic) });
      onClose();
    } catch (error) {
      setProblem(asEarshotError(error));
      setIsSaving(false);
    }
  }

  return (
    <Dialog title={text.describe} onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void save(event)}>
        <label className="field">
          {text.title}
          <input value={title} maxLength={limits.titleChars} dir="auto" onChange={(e) => setTitle(e.target.value)} />
        </label>
        <label className="field">
          {text.topic}
          <input value={topic} maxLength={limits.topicChars} dir="auto" onChange={(e) => setTopic(e.target.value)} />
        </label>
        <p className={styles.hint}>{text.describeHint}</p>
        {problem !== null && <Problem cause={problem} />}
        <div className={styles.choices}>
          <button type="button" className="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button primary" disabled={isSaving}>
            {text.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** An empty field removes the text. */
const textOf = (text: string): string | null => (hasVisibleName(text) ? text : null);
