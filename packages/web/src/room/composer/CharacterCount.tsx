import { useText } from '../../text/useText.ts';
import styles from './CharacterCount.module.css';

interface CharacterCountProps {
  length: number;
  max: number;
}

/** Shows how many characters are left when few are. Announces to screen readers when there are too many. */
export function CharacterCount({ length, max }: CharacterCountProps) {
  const { room } = useText();
  const left = max - length;
  const near = left <= Math.max(20, max / 10);
  const over = left < 0;
  return (
    <>
      {near && (
        <span className={over ? styles.over : styles.near} aria-hidden="true">
          {left}
        </span>
      )}
      <span className="visually-hidden" role="status">
        {over ? room.tooLong(-left) : ''}
      </span>
    </>
  );
}
