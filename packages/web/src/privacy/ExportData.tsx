import { useEarshot } from '@earshot/client/react';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import styles from './Privacy.module.css';
import { readOwnData } from './readOwnData.ts';

/** Downloads everything that the server stores about the user. */
export function ExportData() {
  const text = usePrivacyText();
  const client = useEarshot();
  /** The records so far; null while nothing is read. */
  const [count, setCount] = useState<number | null>(null);
  const [isDone, setIsDone] = useState(false);
  const [problem, setProblem] = useState<ProblemCause | null>(null);
  const reading = useRef<AbortController | null>(null);
  useEffect(() => () => reading.current?.abort(), []);

  async function download(): Promise<void> {
    const controller = new AbortController();
    reading.current = controller;
    setCount(0);
    setIsDone(false);
    setProblem(null);
    try {
      save(await readOwnData(client, { onProgress: setCount, signal: controller.signal }), text.fileName);
      setIsDone(true);
    } catch (error) {
      if (!controller.signal.aborted) setProblem(problemOf(error));
    } finally {
      setCount(null);
    }
  }

  return (
    <>
      <p className={styles.hint}>{text.exportHint}</p>
      <div className={styles.buttons}>
        <button type="button" className="button" disabled={count !== null} onClick={() => void download()}>
          {text.export}
        </button>
        {count !== null && (
          <button type="button" className="button quiet" onClick={() => reading.current?.abort()}>
            {text.cancel}
          </button>
        )}
        <span role="status" className={styles.hint}>
          {isDone ? text.exported : count !== null && text.exporting(count)}
        </span>
      </div>
      {problem !== null && <Problem cause={problem} onRetry={() => void download()} />}
    </>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
