import type { AuditEntry } from './audit.ts';
import { auditDetailText } from './auditDetailText.ts';

/** Characters with which a spreadsheet begins a formula; a tab or a line break before them is skipped. */
const formulaStart = /^[=+\-@\t\r\n]/;

/**
 * Encodes a row of a CSV file (RFC 4180). Texts that a spreadsheet would take for a formula get an apostrophe first, because they come from
 * users.
 */
export function csvRow(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | null): string {
  const text = cell === null ? '' : formulaStart.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const columns = [
  'id',
  'time',
  'action',
  'actor_id',
  'actor_name',
  'subject_id',
  'room_id',
  'scope',
  'reason',
  'detail',
];

function csvEntry({ id, at, action, actor, subjectUserId, roomId, scope, reason, detail }: AuditEntry): string {
  const { userId, username } = actor;
  const text = detail && auditDetailText(detail);
  return csvRow([id, at.toISOString(), action, userId, username, subjectUserId, roomId, scope, reason, text]);
}

/** The formats of an exported audit log. `head`: what the file begins with; `entry`: the lines of one entry. */
export const auditFormats = {
  csv: { head: csvRow(columns), entry: csvEntry },
  /** One JSON object in each line. */
  jsonl: { head: '', entry: (entry: AuditEntry): string => `${JSON.stringify(entry)}\n` },
} as const;
