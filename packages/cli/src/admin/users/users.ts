import type { Rule, UserRecord } from '@earshot/server/admin';
import { describe as describeDecision } from '../audit/audit.ts';
import { oneLine, print, showTime, showUser } from '../print.ts';
import { withAdmin } from '../withAdmin.ts';

/** Prints what is known about a user. */
export async function show(userId: string, { json }: { json: boolean }): Promise<void> {
  await withAdmin(async (admin) => {
    const user = await admin.user(userId);
    print(user, { json, lines: [oneLine(userId), ...describe(user)] });
  });
}

function describe({ profile, rules, reports, decisions }: UserRecord): string[] {
  const lines = [
    ...profile.map((record) => `known as: ${oneLine(JSON.stringify(record), 400)}`),
    ...rules.map(describeRule),
    ...reports.map(({ id, reason, createdAt }) => `report: ${id}, ${showTime(createdAt)}, ${reason}`),
    ...decisions.map((decision) => `decision: ${describeDecision(decision)}`),
  ];
  return lines.length === 0 ? ['Nothing is known about this user.'] : lines;
}

function describeRule({ kind, role, scope, endsAt, actor, reason }: Rule): string {
  const where =
    scope.type === 'room' ? `room ${oneLine(scope.roomId)}` : scope.type === 'area' ? `area ${scope.cell}` : 'server';
  const until = endsAt === null ? '' : ` until ${showTime(endsAt)}`;
  const why = reason === null ? '' : `: ${oneLine(reason)}`;
  const what = kind === 'grant' ? role : kind === 'tokenRole' ? `${role} by a token` : kind;
  return `in force: ${what} (${where})${until}, by ${showUser(actor.userId, actor.username)}${why}`;
}
