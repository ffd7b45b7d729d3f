import { asEarshotError, type EarshotClientError } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import { useAuditText } from '../../text/useAuditText.ts';
import styles from './Audit.module.css';
import { type ExportFormat, exportAudit, saveFile } from './exportAudit.ts';
import type { AuditFilters } from './filters.ts';

const formats: readonly ExportFormat[] = ['csv', 'jsonl'];

/** Exports what the filters match, with the progress and a button to stop. */
export function ExportButtons({ filters }: { filters: AuditFilters }) {
  const text = useAuditText();
  const client = useEarshot();
  const [count, setCount] = useState<number | null>(null);
  const [done, setDone] = useState('');
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function start(format: ExportFormat): Promise<void> {
    if (client === null || running.current !== null) return;
    const controller = new AbortController();
    running.current = controller;
    setCount(0);
    setDone('');
    setProblem(null);
    try {
      const { signal } = controller;
      const file = await exportAudit(client, filters, { format, signal, onProgress: setCount });
      if (file !== null) saveFile(file, `earshot-audit.${format}`);
      setDone(file === null ? text.stopped : text.exported);
    } catch (error) {
      setProblem(asEarshotError(error));
    } finally {
      running.current = null;
      setCount(null);
    }
  }

  return (
    <div className={styles.export}>
      {count === null ? (
        formats.map((format) => (
          <button key={format} type="button" className="button" onClick={() => void start(format)}>
            {text.formats[format]}
          </button>
        ))
      ) : (
        <button type="button" className="button" onClick={() => running.current?.abort()}>
          {text.stop}
        </button>
      )}
      <p role="status">{count === null ? done : text.progress(count)}</p>
      {problem !== null && <Problem cause={problem} />}
    </div>
  );
}
