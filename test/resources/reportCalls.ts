import { newId } from '@earshot/shared';
import type { ReportScope, ReportStore } from '../../packages/server/src/store/reports.ts';
import { heldMessage, newReport, openItems } from './reports.ts';

const scopes: ReportScope[] = [
  { type: 'server' },
  { type: 'area', cells: ['here', 'there'] },
  { type: 'room', roomId: 'plaza', audience: 'room' },
];
const reported = newId();
const moderator = { userId: 'mod', username: 'Mod' };

/** Calls of every method of the queue of moderators that queries the database. */
export const reportCalls = (reports: ReportStore) => [
  () => reports.add(newReport(reported), 1_000),
  () => reports.add(newReport(reported), 1_000),
  () => reports.get(newId()),
  ...scopes.flatMap((scope) => [
    () => reports.page(openItems({ scope, exceptSubject: 'cleo' }), { limit: 3 }),
    () => reports.page(openItems({ scope, state: 'resolved' }), { after: newId(), limit: 3 }),
    () => reports.count(openItems({ scope }), 20),
  ]),
  () => reports.pageOf({ reporterId: 'ana' }, { limit: 3 }),
  () => reports.resolve(newId(), { by: moderator, outcome: 'dismissed', note: null }),
  () => reports.forget(new Date(Date.now() + 60_000), 3),
  () => reports.erase('ben', 'erased-1'),
];

/** Stores many more items than any call returns. */
export async function fillReports(reports: ReportStore): Promise<void> {
  for (let n = 0; n < 40; n += 1) {
    const fields = { cell: n % 2 ? 'here' : 'there', subject: { userId: n % 5 ? 'eve' : 'cleo', username: null } };
    const { report } = await reports.add(n % 3 ? newReport(newId(), fields) : heldMessage(n, fields), 1_000);
    if (n > 30) await reports.resolve(report.id, { by: moderator, outcome: 'dismissed', note: null });
  }
}
