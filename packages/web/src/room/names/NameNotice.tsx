import { useEffect, useState } from 'react';
import { isolate } from '../../lib/isolate.ts';
import { useNamesText } from '../../text/useNamesText.ts';
import styles from './NameNotice.module.css';
import { findNameChange, type MarksById, type NameChange } from './nameMarks.ts';

/** Milliseconds for which a change is shown. */
const shownMs = 15_000;

/** Shows, and announces, that a user has another name since the room was opened. The latest change replaces the one before. */
export function NameNotice({ marks, userId }: { marks: MarksById; userId: string }) {
  const text = useNamesText();
  const [known, setKnown] = useState(marks);
  const [change, setChange] = useState<NameChange | null>(null);
  if (known !== marks) {
    const found = findNameChange(known, marks);
    setKnown(marks);
    if (found !== null && found.userId !== userId) setChange(found);
  }
  useEffect(() => {
    if (change === null) return;
    const timer = setTimeout(() => setChange(null), shownMs);
    return () => clearTimeout(timer);
  }, [change]);
  return (
    <p role="status" className={styles.notice}>
      {change !== null && text.renamed(isolate(change.from), isolate(change.to))}
    </p>
  );
}
