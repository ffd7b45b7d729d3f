import { useEffect, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import styles from './Queue.module.css';
import { ReportCard } from './ReportCard.tsx';
import { type QueueFilter, type Report, type Resolution, useQueue } from './useQueue.ts';

/** The queue of reports and held messages. */
export function Queue({ scope }: { scope: Scope }) {
  const text = useModerateText();
  const [filter, setFilter] = useState<QueueFilter>({ state: 'open', kind: 'all' });
  const queue = useQueue(scope, filter);
  const [done, setDone] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  /** The index of the card that is about to disappear; null for none. */
  const leaving = useRef<number | null>(null);

  // The card that had the focus is gone: the next one gets it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs when a card is gone
  useEffect(() => {
    if (leaving.current === null) return;
    const cards = list.current?.querySelectorAll<HTMLElement>('article') ?? [];
    (cards[Math.min(leaving.current, cards.length - 1)] ?? heading.current)?.focus();
    leaving.current = null;
  }, [queue.reports.length]);

  async function resolve(report: Report, resolution: Resolution): Promise<void> {
    leaving.current = queue.reports.indexOf(report);
    if (await queue.resolve(report, resolution)) setDone(text.done(text.outcomes[resolution.outcome]));
    else leaving.current = null;
  }

  return (
    <section className={styles.queue}>
      <header className={styles.header}>
        <h2 ref={heading} tabIndex={-1}>
          {text.queue}
        </h2>
        {queue.counts !== null && <p>{text.counts(queue.counts.reports, queue.counts.held)}</p>}
        <button type="button" className="button" onClick={queue.reload}>
          {text.refresh}
        </button>
      </header>
      <Filter filter={filter} onChange={setFilter} />
      <p role="status" className={done === '' ? 'visually-hidden' : styles.done}>
        {done}
      </p>
      {queue.problem !== null && <Problem cause={queue.problem} onRetry={queue.reload} />}
      {queue.reports.length === 0 && queue.problem === null && (
        <p>{queue.isLoading ? text.loading : text.empty[filter.state]}</p>
      )}
      <ul ref={list} className={styles.list} aria-label={text.queue}>
        {queue.reports.map((report) => (
          <li key={report.id}>
            <ReportCard report={report} scope={scope} onResolve={(resolution) => resolve(report, resolution)} />
          </li>
        ))}
      </ul>
      {queue.loadMore !== null && (
        <button type="button" className="button" onClick={() => void queue.loadMore?.()}>
          {text.more}
        </button>
      )}
    </section>
  );
}

const states = ['open', 'resolved'] as const;
const kinds = ['all', 'report', 'held'] as const;

function Filter({ filter, onChange }: { filter: QueueFilter; onChange: (filter: QueueFilter) => void }) {
  const text = useModerateText();
  return (
    <fieldset className={styles.filter}>
      <legend className="visually-hidden">{text.show}</legend>
      {states.map((state) => (
        <label key={state}>
          <input type="radio" checked={filter.state === state} onChange={() => onChange({ ...filter, state })} />
          {text.states[state]}
        </label>
      ))}
      <label>
        {text.show}
        <select
          value={filter.kind}
          onChange={({ target }) => onChange({ ...filter, kind: kinds.find((kind) => kind === target.value) ?? 'all' })}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {text.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}
