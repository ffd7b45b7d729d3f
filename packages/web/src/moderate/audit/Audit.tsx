import { useMemo, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useAuditText } from '../../text/useAuditText.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import styles from './Audit.module.css';
import { AuditFilter } from './AuditFilter.tsx';
import { Decision } from './Decision.tsx';
import { ExportButtons } from './ExportButtons.tsx';
import { noFilters, toFilters } from './filters.ts';
import { useAudit } from './useAudit.ts';

/** The audit log: who decided what about whom, with filters and export. */
export function Audit({ scope }: { scope: Scope }) {
  const text = useAuditText();
  const { loading, more, refresh } = useModerateText();
  const [texts, setTexts] = useState(noFilters);
  const filters = useMemo(() => toFilters(scope, texts), [scope, texts]);
  const audit = useAudit(filters);
  const { entries, problem, isLoading } = audit;
  return (
    <section className={styles.audit}>
      <header className={styles.header}>
        <h2>{text.title}</h2>
        <button type="button" className="button" onClick={audit.reload}>
          {refresh}
        </button>
      </header>
      <AuditFilter applied={texts} onApply={setTexts} />
      <ExportButtons filters={filters} />
      {problem !== null && <Problem cause={problem} onRetry={audit.reload} />}
      {entries.length === 0 && problem === null && (
        <p role="status">{isLoading ? loading : audit.hasMore ? text.noneYet : text.none}</p>
      )}
      <ol className={styles.list} aria-label={text.title}>
        {entries.map((entry) => (
          <li key={entry.id} className={styles.entry}>
            <Decision entry={entry} showsRoom={scope.type !== 'room'} />
          </li>
        ))}
      </ol>
      {audit.hasMore && (
        <button type="button" className="button" aria-disabled={isLoading} onClick={() => void audit.loadMore()}>
          {more}
        </button>
      )}
    </section>
  );
}
