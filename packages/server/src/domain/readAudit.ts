import type { AuditPage, auditInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/**
 * Returns a page of the audit log: of a room, for its moderators, or of the whole server. Leaves out how reports about the caller were
 * resolved, because reports are not revealed to the user concerned.
 */
export async function readAudit(
  services: Services,
  connection: Connection,
  { cursor, limit, ...filters }: z.output<typeof auditInput>,
): Promise<AuditPage> {
  services.budget.spend(connection, 'readAudit');
  const { roomId } = filters;
  await requireRight(services, connection, 'readAudit', roomId === undefined ? 'server' : { roomId });
  const { userId } = connection.user;
  const { entries, next } = await services.store.audit.page({ filters, before: cursor, limit });
  const shown = entries.filter((entry) => entry.action !== 'resolveReport' || entry.subjectUserId !== userId);
  return { entries: shown, nextCursor: next };
}
