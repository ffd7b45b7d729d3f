import { useWorkText } from '../text/useWorkText.ts';
import styles from './WorkProgress.module.css';

interface WorkProgressProps {
  /** The attempts so far, as a part of the average number. */
  part: number;
  onCancel: () => void;
}

/** Shows the progress of a proof of work. The bar is the chance to have finished by now, because nobody knows the end. */
export function WorkProgress({ part, onCancel }: WorkProgressProps) {
  const text = useWorkText();
  return (
    <div className={styles.work}>
      <p role="status">{text.explanation}</p>
      <progress aria-label={text.progress} value={1 - Math.exp(-part)} max={1} />
      <button type="button" className="button" onClick={onCancel}>
        {text.cancel}
      </button>
    </div>
  );
}
