import type { AuditEntry, NewAuditEntry } from '../store/audit.ts';
import type { Services } from './services.ts';

/** Maximum characters of each text of an entry. */
const textMax = 2_000;

/**
 * Records a decision, before it is carried out: so no decision takes effect without a record, and the caller stops if this rejects. An entry shows
 * what was decided; a failure afterwards leaves it without effect.
 */
export function recordAudit({ store }: Pick<Services, 'store'>, entry: NewAuditEntry): Promise<AuditEntry> {
  return store.audit.append({ ...entry, reason: clip(entry.reason), detail: clip(entry.detail) });
}

const clip = (text: string | null) => text?.slice(0, textMax).toWellFormed() ?? null;
