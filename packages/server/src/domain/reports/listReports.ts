import type { ReportCount, ReportsPage, reportsInput } from '@earshot/shared';
import type { z } from 'zod';
import { areaCells } from '../../cells.ts';
import type { Audience, ReportFilter, ReportKind, ReportScope } from '../../store/reports.ts';
import type { RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';
import { audienceOf } from './audience.ts';
import { publicReports } from './publicReports.ts';

type ListRequest = Omit<z.output<typeof reportsInput>, 'scope'> & { scope: RuleScope };

/** Returns a page of the reports and held messages in a scope, except those about the caller. Moderators only. */
export async function listReports(
  services: Services,
  connection: Connection,
  { scope, state, kind, cursor, limit }: ListRequest,
): Promise<ReportsPage> {
  const { budget, store } = services;
  budget.spend(connection, 'listReports');
  const audience = audienceOf(await requireRight(services, connection, 'listReports', { scope }));
  const filter: ReportFilter = {
    ...{ state, kinds: kind === undefined ? ['report', 'held'] : [kind] },
    ...{ scope: toReportScope(scope, audience), exceptSubject: connection.user.userId },
  };
  const { reports, next } = await store.reports.page(filter, { after: cursor, limit });
  const shown = await publicReports(services, reports, { showsReporters: audience !== 'room' });
  budget.chargeMessages(
    connection,
    reports.flatMap(({ message, context }) => (message ? [message, ...context] : context)),
  );
  return { reports: shown, nextCursor: next };
}

/** The count stops here. */
const countMax = 100;

/** Counts the open reports and held messages that `listReports` returns. Moderators only. */
export async function countReports(services: Services, connection: Connection, scope: RuleScope): Promise<ReportCount> {
  services.budget.spend(connection, 'countReports');
  const audience = audienceOf(await requireRight(services, connection, 'listReports', { scope }));
  const exceptSubject = connection.user.userId;
  const count = (kind: ReportKind) =>
    services.store.reports.count(
      { state: 'open', kinds: [kind], scope: toReportScope(scope, audience), exceptSubject },
      countMax,
    );
  const [reports, held] = await Promise.all([count('report'), count('held')]);
  return { reports, held };
}

function toReportScope(scope: RuleScope, audience: Audience): ReportScope {
  if (scope.type === 'area') return { type: 'area', cells: areaCells(scope.cell) };
  return scope.type === 'room' ? { ...scope, audience } : scope;
}
