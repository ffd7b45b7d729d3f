import { limits } from '@earshot/shared';
import { type FormEvent, useState } from 'react';
import { useAuditText } from '../../text/useAuditText.ts';
import styles from './Audit.module.css';
import { type FilterTexts, noFilters } from './filters.ts';

interface AuditFilterProps {
  applied: FilterTexts;
  onApply: (filters: FilterTexts) => void;
}

/** The filters of the audit log. They are applied together. */
export function AuditFilter({ applied, onApply }: AuditFilterProps) {
  const text = useAuditText();
  const [typed, setTyped] = useState(applied);
  const field = (name: keyof FilterTexts) => ({
    value: typed[name],
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [name]: target.value }),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    onApply(typed);
  }

  function clear(): void {
    setTyped(noFilters);
    onApply(noFilters);
  }

  return (
    <form className={styles.filter} onSubmit={submit}>
      <label className="field">
        {text.action}
        <select {...field('action')}>
          <option value="">{text.allActions}</option>
          {Object.entries(text.actions).map(([action, label]) => (
            <option key={action} value={action}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {text.actor}
        <input {...field('actor')} maxLength={limits.userIdChars} />
      </label>
      <label className="field">
        {text.subject}
        <input {...field('subject')} maxLength={limits.userIdChars} />
      </label>
      <label className="field">
        {text.since}
        <input type="date" {...field('since')} />
      </label>
      <label className="field">
        {text.until}
        <input type="date" {...field('until')} />
      </label>
      <div className={styles.actions}>
        <button type="submit" className="button primary">
          {text.apply}
        </button>
        <button type="button" className="button" onClick={clear}>
          {text.clear}
        </button>
      </div>
    </form>
  );
}
