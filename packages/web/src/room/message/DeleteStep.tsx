import { useText } from '../../text/useText.ts';
import styles from './DeleteStep.module.css';
import { FloatingPanel } from './FloatingPanel.tsx';

interface DeleteStepProps {
  onDelete: () => void;
  onKeep: () => void;
}

/** Asks before the user's own message is deleted. The safe button gets the focus. */
export function DeleteStep({ onDelete, onKeep }: DeleteStepProps) {
  const { room } = useText();
  return (
    <FloatingPanel own label={room.deleteQuestion} onClose={onKeep}>
      <p className={styles.question}>{room.deleteQuestion}</p>
      <div className={styles.choices}>
        <button type="button" className="button" onClick={onKeep}>
          {room.keep}
        </button>
        <button type="button" className={`button ${styles.delete}`} onClick={onDelete}>
          {room.delete}
        </button>
      </div>
    </FloatingPanel>
  );
}
