import { EarshotError } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import type { Act, AllowedAct } from '../rights/act.ts';
import { type Action, isWrite } from '../rights/actions.ts';
import { isMember, type RoleSources, roleIn } from '../rights/roleIn.ts';
import type { Services } from '../services.ts';
import { roomRulesOf } from './roomRules.ts';
import { banIn, ruleAbout, ruleAboutAny } from './ruleAbout.ts';
import { sanctionError } from './sanctionError.ts';
import type { Turn } from './slowMode.ts';

// The checks of the gate that depend on rules. Where there are none, each is one comparison.

/** What banned users may do all the same: take back what they did, get and erase their data, and learn why. */
const allowedToBanned: ReadonlySet<Action> = new Set<Action>([
  ...(['leaveRoom', 'deleteMessage', 'readOwnSanctions', 'signOutEverywhere'] as const),
  ...(['exportOwnData', 'readOwnMessages', 'eraseOwnData', 'readErasure'] as const),
]);

/**
 * Throws `BANNED` if the caller is banned there. A ban from a room or an area does not hide that the room exists: its name and its number of
 * users are read as without an identity.
 */
export function refuseBanned(services: Services, { connection, action, roomId }: Act): Promise<void> | undefined {
  if (services.rules.isEmpty || allowedToBanned.has(action)) return undefined;
  return refuseIf(ruleAbout(services, connection, { kind: 'ban', roomId: action === 'readRoom' ? null : roomId }));
}

/** Throws `BANNED` if the caller would become a member, where a guest at the same address was banned briefly. */
export function refuseNewcomer(services: Services, { connection, action, roomId }: Act): Promise<void> | undefined {
  const { userId } = connection;
  if (services.rules.isEmpty || action !== 'joinRoom' || roomId === null || userId === null) return undefined;
  const ban = ruleAbout(services, connection, { kind: 'ban', roomId, isJoining: true });
  return ban && refuseUnlessMember(services, { ban, roomId, userId });
}

async function refuseUnlessMember(
  services: Services,
  { ban, roomId, userId }: { ban: Rule | Promise<Rule | undefined>; roomId: string; userId: string },
): Promise<void> {
  const rule = await ban;
  if (rule && !(await isMember(services, roomId, userId))) throw sanctionError(rule);
}

/** Throws `BANNED` if the device is banned from the server. */
export function refuseBannedDevice(services: Services, deviceHash: string): void {
  void refuseIf(ruleAboutAny(services, [{ type: 'device', hash: deviceHash }], { kind: 'ban', roomId: null }));
}

/** Throws `BANNED` if the caller may not make a room of that id in that cell. */
export function refuseBannedMaker(
  services: Services,
  connection: Connection,
  room: { id: string | null; cell: string | null },
): void {
  const ban = banIn(services, connection, room);
  if (ban) throw sanctionError(ban);
}

/** Throws `MUTED` if the caller is muted there. */
export function refuseMuted(services: Services, { connection, action, roomId }: AllowedAct): Promise<void> | undefined {
  if (services.rules.isEmpty || roomId === null || !isWrite(action)) return undefined;
  return refuseIf(ruleAbout(services, connection, { kind: 'mute', roomId }));
}

function refuseIf(rule: Rule | undefined | Promise<Rule | undefined>): Promise<void> | undefined {
  if (rule instanceof Promise) {
    return rule.then((found) => {
      if (found) throw sanctionError(found);
    });
  }
  if (rule) throw sanctionError(rule);
  return undefined;
}

/** The actions without membership that a lock leaves to members and moderators. */
const refusedByLock: ReadonlySet<Action> = new Set<Action>(['joinRoom', 'readHistoryByName']);

/** Throws `ROOM_CLOSED` or `ROOM_LOCKED`. Moderators of the room are not restricted. */
export function checkRoomRules(
  services: Services,
  { connection, action, roomId }: AllowedAct,
): Promise<void> | undefined {
  if (services.rules.isEmpty || roomId === null || !(isWrite(action) || refusedByLock.has(action))) return undefined;
  const { isClosed, isLocked } = roomRulesOf(services.rules, roomId);
  if (isClosed && isWrite(action)) return refuseUsers(services, connection, { roomId, code: 'ROOM_CLOSED' });
  if (isLocked && refusedByLock.has(action)) return refuseOutsiders(services, connection, roomId);
  return undefined;
}

/** Throws `SLOW_MODE`, unless the caller is a moderator of the room. In each pause a user may send one message, and edit one: an edit brings a new text too. */
export function takeTurn(services: Services, { connection, action, roomId }: AllowedAct): Promise<void> | undefined {
  if (services.rules.isEmpty || roomId === null || !(action === 'sendMessage' || action === 'editMessage'))
    return undefined;
  const { slowModeMs } = roomRulesOf(services.rules, roomId);
  return slowModeMs === null ? undefined : slowDown(services, connection, { roomId, action, slowModeMs });
}

async function refuseUsers(
  services: Services,
  connection: Connection,
  { roomId, code }: { roomId: string; code: 'ROOM_CLOSED' | 'ROOM_LOCKED' },
): Promise<void> {
  if (!(await isModerator(services, connection, roomId))) throw new EarshotError(code);
}

async function refuseOutsiders(services: Services, connection: Connection, roomId: string): Promise<void> {
  if (await isOutsider(services, connection, roomId)) throw new EarshotError('ROOM_LOCKED');
}

async function slowDown(
  services: Services,
  connection: Connection,
  { slowModeMs, ...turn }: Omit<Turn, 'userId'> & { slowModeMs: number },
): Promise<void> {
  if (await isModerator(services, connection, turn.roomId)) return;
  await services.slowMode.take({ ...turn, userId: connection.user.userId }, slowModeMs);
}

async function isModerator(services: RoleSources, { user, roles }: Connection, roomId: string): Promise<boolean> {
  const role = await roleIn(services, { userId: user.userId, roles }, { type: 'room', roomId });
  return role !== 'member' && role !== 'visitor' && role !== 'anonymous';
}

/** Whether the caller is neither a member of the room nor a moderator there. */
export async function isOutsider(services: RoleSources, connection: Connection, roomId: string): Promise<boolean> {
  if (connection.userId === null) return true;
  if (await isMember(services, roomId, connection.userId)) return false;
  return !(await isModerator(services, connection, roomId));
}
