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
  const isNear = left <= Math.max(20, max / 10);
  const isTooLong = left < 0;
  return (
    <>
      {isNear && (
        <span className={isTooLong ? styles.tooLong : styles.near} aria-hidden="true">
          {left}
        </span>
      )}
      <span className="visually-hidden" role="status">
        {isTooLong ? room.tooLong(-left) : ''}
      </span>
    </>
  );
}
