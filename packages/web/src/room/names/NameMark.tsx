import { useContext } from 'react';
import { isolate } from '../../lib/isolate.ts';
import { useNamesText } from '../../text/useNamesText.ts';
import { NameMarksContext } from '../roomContext.ts';
import styles from './NameMark.module.css';

interface NameMarkProps {
  userId: string;
  /** The name beside the mark. */
  username: string;
  /** In the list of people there is room for words. */
  verbose?: boolean;
}

/** The marks after a name: a guest, a name that looks like another user's, another name before or since. */
export function NameMark({ userId, username, verbose = false }: NameMarkProps) {
  const text = useNamesText();
  const marks = useContext(NameMarksContext).get(userId);
  if (marks === undefined) return null;
  const current = marks.names.at(-1) ?? username;
  const former = marks.names.at(-2);
  return (
    <>
      {marks.isGuest && <span className={styles.plain}>{text.guest}</span>}
      {current !== username && <span className={styles.plain}>{text.now(isolate(current))}</span>}
      {verbose && former !== undefined && <span className={styles.plain}>{text.was(isolate(former))}</span>}
      {marks.isLookalike && <Lookalike label={text.lookalike} verbose={verbose} />}
    </>
  );
}

function Lookalike({ label, verbose }: { label: string; verbose: boolean }) {
  if (verbose) return <span className={styles.mark}>{label}</span>;
  return (
    <span className={styles.mark} role="img" aria-label={label} title={label}>
      ≈
    </span>
  );
}
