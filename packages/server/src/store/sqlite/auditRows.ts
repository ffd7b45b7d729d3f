import type { AuditDetail } from '@earshot/shared';
import type { AuditEntry } from '../audit.ts';
import { timeOfId } from '../timeOrderedId.ts';
import { type Row, text, textOrNull } from './rows.ts';

/** Encodes the detail of an entry. */
export const encodeDetail = (detail: AuditDetail | null): string | null => detail && JSON.stringify(detail);

/** Earlier versions stored a text. */
function toDetail(stored: string | null): AuditDetail | null {
  if (stored === null) return null;
  return stored.startsWith('{') ? JSON.parse(stored) : { type: 'text', text: stored };
}

export function toAuditEntry(row: Row): AuditEntry {
  const id = text(row.entry_id);
  return {
    id,
    at: timeOfId(id),
    action: text(row.action),
    actor: { userId: text(row.actor_id), username: text(row.actor_name) },
    subjectUserId: textOrNull(row.subject_id),
    roomId: textOrNull(row.room_id),
    cell: textOrNull(row.cell),
    scope: text(row.scope),
    reason: textOrNull(row.reason),
    detail: toDetail(textOrNull(row.detail)),
  };
}
