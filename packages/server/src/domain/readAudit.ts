import type { AuditEntry, AuditPage, auditInput } from '@earshot/shared';
import type { z } from 'zod';
import { areaCells } from '../cells.ts';
import type { AuditFilters, AuditEntry as StoredEntry } from '../store/audit.ts';
import type { RuleScope } from '../store/rules.ts';
import type { Connection } from './connection.ts';
import { audienceOf, isVisibleDecision } from './reports/audience.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

type AuditQuery = Omit<z.output<typeof auditInput>, 'scope' | 'roomId'> & { scope: RuleScope };

/**
 * Returns a page of the audit log: of a room or an area, for its moderators, or of the whole server. Leaves out how reports were resolved that
 * the caller may not see: those about the caller, and those for moderators of a wider scope.
 */
export async function readAudit(
  services: Services,
  connection: Connection,
  { scope, cursor, limit, ...rest }: AuditQuery,
): Promise<AuditPage> {
  services.budget.spend(connection, 'readAudit');
  const audience = audienceOf(await requireRight(services, connection, 'readAudit', { scope }));
  const reader = { userId: connection.user.userId, audience };
  const filters = { ...rest, ...filtersOf(scope) };
  const { entries, next } = await services.store.audit.page({ filters, before: cursor, limit });
  const shown = entries.filter((entry) => isVisibleDecision(entry, reader));
  return { entries: shown.map(publicEntry), nextCursor: next };
}

/** The entries of a scope: those of an area are about the area, and about the rooms in it. */
export function filtersOf(scope: RuleScope): AuditFilters {
  if (scope.type === 'area') return { cells: areaCells(scope.cell) };
  return scope.type === 'room' ? { roomId: scope.roomId } : {};
}

/** The form of an entry for moderators. */
export const publicEntry = ({ cell: _cell, ...entry }: StoredEntry): AuditEntry => entry;
