import { useText } from '../../text/useText.ts';
import styles from './CharacterCount.module.css';

interface CharacterCountProps {
  length: number;
  max: number;
}

/** How many characters are left, once that is worth knowing; too many are told to screen readers, too. */
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
        {over ? room.over(-left) : ''}
      </span>
    </>
  );
}
