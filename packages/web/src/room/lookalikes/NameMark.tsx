import { useContext } from 'react';
import { useText } from '../../text/useText.ts';
import { LookalikesContext } from '../roomContext.ts';
import styles from './NameMark.module.css';

/** A mark after the name of a user who could be mistaken for another person in the room. */
export function NameMark({ userId, verbose = false }: { userId: string; verbose?: boolean }) {
  const { room } = useText();
  if (!useContext(LookalikesContext).has(userId)) return null;
  if (verbose) return <span className={styles.mark}>{room.lookalike}</span>;
  return (
    <span className={styles.mark} role="img" aria-label={room.lookalike} title={room.lookalike}>
      ≈
    </span>
  );
}
