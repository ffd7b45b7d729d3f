import { type Report, type ReportedMessage, reportsInput, resolveReportInput } from '@earshot/shared';
import { StartError } from '../../startError.ts';
import { oneLine, print, showTime, showUser } from '../print.ts';
import { type ScopeOptions, scopeOf } from '../scope.ts';
import { withAdmin } from '../withAdmin.ts';

interface ListOptions extends ScopeOptions {
  state: 'open' | 'resolved';
  kind?: 'report' | 'held';
  limit: number;
  json: boolean;
}

/** Prints a page of the queue. */
export async function list({ state, kind, limit, json, ...options }: ListOptions): Promise<void> {
  const scope = scopeOf(options);
  const page = reportsInput.omit({ scope: true }).parse({ state, kind, limit });
  await withAdmin(async (admin) => {
    const { reports, nextCursor } = await admin.listReports({ ...page, scope });
    const more = nextCursor === null ? [] : ['There are more: raise --limit, or resolve some.'];
    print(reports, {
      json,
      lines: reports.length === 0 ? [`No ${state} reports.`] : [...reports.map(summary), ...more],
    });
  });
}

/** Prints all that is known about a report. */
export async function show(id: string, { json }: { json: boolean }): Promise<void> {
  await withAdmin(async (admin) => {
    const report = await admin.report(id);
    if (report === null) throw new StartError('There is no such report.');
    print(report, { json, lines: details(report) });
  });
}

/** Resolves a report. */
export async function resolve(reportId: string, outcome: string, { note }: { note?: string }): Promise<void> {
  const decision = resolveReportInput.safeParse({ reportId, outcome, note });
  if (!decision.success) throw new StartError(`The note ${decision.error.issues[0]?.message ?? 'is not valid'}.`);
  await withAdmin((admin) => admin.resolveReport(decision.data));
  process.stdout.write(`Resolved: ${outcome}.\n`);
}

/** One report as a line. */
function summary({ id, createdAt, kind, reason, subject, message, roomId, roomName }: Report): string {
  const what = kind === 'held' ? 'held' : reason;
  const text = message === null ? '' : `: “${oneLine(message.content, 60)}”`;
  const where = oneLine(roomName ?? roomId);
  return `${id}  ${showTime(createdAt)}  ${what}  ${showUser(subject.userId, subject.username)} in ${where}${text}`;
}

function details(report: Report): string[] {
  const { reporter, note, message, messageNow, context, resolution, roomId } = report;
  const now = messageNow?.state === 'edited' ? `edited to “${oneLine(messageNow.content, 2_000)}”` : messageNow?.state;
  return [
    summary(report),
    `room: ${oneLine(roomId)}`,
    ...(reporter ? [`reported by: ${showUser(reporter.userId, reporter.username)}`] : []),
    ...(note === null ? [] : [`note: ${oneLine(note, 2_000)}`]),
    ...(message ? [`message${message.id === null ? '' : ` ${message.id}`}: ${quote(message)}`] : []),
    ...(now === undefined ? [] : [`now: ${now}`]),
    ...context.map((one) => `around it: ${quote(one)}`),
    resolution
      ? `resolved: ${showTime(resolution.at)} by ${showUser(resolution.by.userId, resolution.by.username)}: ${resolution.outcome}${resolution.note === null ? '' : `; ${oneLine(resolution.note, 2_000)}`}`
      : 'open',
  ];
}

const quote = ({ timestamp, userId, username, content }: ReportedMessage) =>
  `${showTime(timestamp)} ${showUser(userId, username)}: “${oneLine(content, 2_000)}”`;
