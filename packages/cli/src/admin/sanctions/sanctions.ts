import { limits, type Sanction } from '@earshot/shared';
import { StartError } from '../../startError.ts';
import { confirm } from '../confirm.ts';
import { oneLine, print, showTime, showUser } from '../print.ts';
import { type ScopeOptions, scopeOf } from '../scope.ts';
import { withAdmin } from '../withAdmin.ts';

interface Terms {
  /** Milliseconds. */
  for?: number;
  reason?: string;
}

function termsOf({ for: lastsMs = undefined, reason }: Terms) {
  if (reason !== undefined && reason.length > limits.sanctionReasonChars) {
    throw new StartError(`The reason must be at most ${limits.sanctionReasonChars} characters.`);
  }
  return { lastsMs: lastsMs ?? null, reason: reason ?? null };
}

/** Prints the sanctions in force in a scope. */
export async function list({ json, ...options }: ScopeOptions & { json: boolean }): Promise<void> {
  const scope = scopeOf(options);
  await withAdmin(async (admin) => {
    const sanctions = await admin.sanctions(scope);
    print(sanctions, { json, lines: sanctions.length === 0 ? ['No sanctions here.'] : sanctions.map(describe) });
  });
}

/** Mutes a user. */
export async function mute(userId: string, options: ScopeOptions & Terms): Promise<void> {
  const scope = scopeOf(options);
  await withAdmin((admin) => admin.mute({ scope, userId, ...termsOf(options) }));
  process.stdout.write(`Muted: ${userId}.\n`);
}

/** Bans a user. */
export async function ban(userId: string, { yes, ...options }: ScopeOptions & Terms & { yes: boolean }): Promise<void> {
  const scope = scopeOf(options);
  if (scope.type === 'server') await confirm(`Ban ${userId} from the whole server?`, { yes });
  await withAdmin((admin) => admin.ban({ scope, userId, ...termsOf(options) }));
  process.stdout.write(`Banned: ${userId}.\n`);
}

/** Ends the membership of a user in a room. */
export async function kick(userId: string, { room, reason }: { room: string; reason?: string }): Promise<void> {
  await withAdmin((admin) => admin.kick({ roomId: room, userId, reason: reason ?? null }));
  process.stdout.write(`Kicked: ${userId}.\n`);
}

/** Sets slow mode, or turns it off. */
export async function slowMode(roomId: string, seconds: string, options: Terms): Promise<void> {
  const intervalMs = seconds === 'off' ? null : Number(seconds) * 1_000;
  if (intervalMs !== null && !(Number.isInteger(intervalMs) && intervalMs > 0 && intervalMs <= 3_600_000)) {
    throw new StartError('Slow mode is off, or a number of seconds up to 3600.');
  }
  await withAdmin((admin) => admin.setSlowMode({ roomId, intervalMs, ...termsOf(options) }));
  process.stdout.write(intervalMs === null ? 'Slow mode is off.\n' : `Slow mode: ${seconds} seconds.\n`);
}

/** Sets for how long the messages of a room are kept. Asks first, because older messages are lost. */
export async function retention(
  roomId: string,
  value: string,
  { yes, reason }: { yes: boolean; reason?: string },
): Promise<void> {
  const days = value === 'off' ? null : Number(value);
  if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= limits.retentionMaxDays)) {
    throw new StartError(`The retention is off, or a number of days from 1 to ${limits.retentionMaxDays}.`);
  }
  if (days !== null) await confirm(`Delete the messages of ${roomId} that are older than ${days} days?`, { yes });
  await withAdmin((admin) =>
    admin.setRetention({ roomId, days, reason: termsOf({ ...(reason && { reason }) }).reason }),
  );
  process.stdout.write(
    days === null
      ? 'The room keeps its messages as long as the server does.\n'
      : `Messages expire after ${days} days.\n`,
  );
}

/** Locks or closes a room, or ends that. */
export async function setRoom(
  roomId: string,
  { state, on, ...options }: Terms & { state: 'locked' | 'closed'; on: boolean },
): Promise<void> {
  const request = { roomId, on, ...termsOf(options) };
  await withAdmin((admin) => (state === 'locked' ? admin.setLocked(request) : admin.setClosed(request)));
  process.stdout.write(`The room is ${on ? '' : 'not '}${state}${on ? '' : ' any more'}.\n`);
}

/** Lifts a sanction. */
export async function lift(sanctionId: string): Promise<void> {
  await withAdmin((admin) => admin.lift(sanctionId));
  process.stdout.write('Lifted.\n');
}

const dayMs = 24 * 60 * 60 * 1_000;

function describeInterval({ kind, intervalMs }: Sanction): string {
  if (intervalMs === null) return '';
  return kind === 'retention' ? `: ${intervalMs / dayMs} days` : `: ${intervalMs / 1_000} s`;
}

function describe(sanction: Sanction): string {
  const { id, kind, userId, username, reason, moderator, createdAt, endsAt } = sanction;
  const whom = userId === null ? describeInterval(sanction) : ` ${showUser(userId, username)}`;
  const until = endsAt === null ? '' : ` until ${showTime(endsAt)}`;
  const why = reason === null ? '' : `: ${oneLine(reason)}`;
  const by = showUser(moderator.userId, moderator.username);
  return `${kind}${whom}${until}, since ${showTime(createdAt)} by ${by}${why}  [${oneLine(id, 400)}]`;
}
