import type { Admin } from '@earshot/server/admin';
import { type AuditAction, type AuditEntry, auditDetailText } from '@earshot/shared';
import { oneLine, print, showTime, showUser } from '../print.ts';
import { type ScopeOptions, scopeOf } from '../scope.ts';
import { withAdmin } from '../withAdmin.ts';

export interface AuditOptions extends ScopeOptions {
  actor?: string;
  subject?: string;
  action?: AuditAction;
  since?: Date;
  until?: Date;
}

type Filters = Parameters<Admin['audit']>[0];

export const filtersOf = ({ actor, subject, action, since, until, ...scope }: AuditOptions): Filters => ({
  ...{ scope: scopeOf(scope), actorId: actor, subjectUserId: subject, action, since, until },
});

/** Prints the newest decisions that match. */
export async function list({
  limit,
  json,
  ...options
}: AuditOptions & { limit: number; json: boolean }): Promise<void> {
  await withAdmin(async (admin) => {
    const entries: AuditEntry[] = [];
    for await (const entry of admin.audit(filtersOf(options))) {
      entries.push(entry);
      if (entries.length === limit) break;
    }
    print(entries, { json, lines: entries.length === 0 ? ['No decisions.'] : entries.map(describe) });
  });
}

/** One decision as a line. */
export function describe(entry: AuditEntry): string {
  const { at, actor, action, subjectUserId, roomId, scope, reason, detail } = entry;
  const about = subjectUserId === null ? '' : ` ${oneLine(subjectUserId)}`;
  const where = roomId === null ? ` (${scope})` : ` (room ${oneLine(roomId)})`;
  const details = [reason, detail && auditDetailText(detail)].flatMap((text) => (text === null ? [] : [oneLine(text)]));
  return [`${showTime(at)}  ${showUser(actor.userId, actor.username)}: ${action}${about}${where}`, ...details].join(
    '; ',
  );
}
