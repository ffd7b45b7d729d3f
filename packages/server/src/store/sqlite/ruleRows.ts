import type { Rule, RuleKind } from '../rules.ts';
import { number, type Row, text } from './rows.ts';

/** The columns that `toRule` reads. */
export const ruleColumns =
  'id, kind, scope, subject, subject_name, part_of, role, interval_ms, reason, actor, created_at, ends_at, is_lifted, updated_at';

export function toRule(row: Row): Rule {
  return {
    id: text(row.id),
    kind: text(row.kind) as RuleKind, // only `put` writes this table
    scope: JSON.parse(text(row.scope)),
    subject: row.subject === null ? null : JSON.parse(text(row.subject)),
    subjectName: row.subject_name === null ? null : text(row.subject_name),
    partOf: row.part_of === null ? null : text(row.part_of),
    role: row.role === null ? null : text(row.role),
    intervalMs: row.interval_ms === null ? null : number(row.interval_ms),
    reason: row.reason === null ? null : text(row.reason),
    actor: JSON.parse(text(row.actor)),
    createdAt: new Date(number(row.created_at)),
    endsAt: row.ends_at === null ? null : new Date(number(row.ends_at)),
    isLifted: row.is_lifted === 1,
    updatedAt: new Date(number(row.updated_at)),
  };
}
