import { isGuestId } from '@earshot/shared';
import { isInArea } from '../../cells.ts';
import type { Rule, RuleSubject } from '../../store/rules.ts';
import type { Store, StoredRoom } from '../../store/store.ts';
import type { Connection } from '../connection.ts';
import type { Origin } from './guestOrigins.ts';
import type { RuleMirror } from './ruleMirror.ts';

interface Parts {
  readonly rules: RuleMirror;
  readonly store: Pick<Store, 'room'>;
}

type RoomKey = Pick<StoredRoom, 'id' | 'cell'>;

interface Question {
  kind: 'ban' | 'mute';
  /** Null: outside of rooms. */
  roomId: string | null;
  /** Whether the caller wants to become a member: see `isForNewcomers`. */
  isJoining?: boolean;
}

/** The longest ban, in milliseconds, that does not concern other guests at the address who are members already. A kick is one. */
export const briefBanMs = 120_000;

/**
 * Whether the rule only keeps new members out: a brief ban of an address, which follows from that of a guest. A newcomer from there may be the
 * same person; a guest who was a member before is not.
 */
export function isForNewcomers({ kind, subject, createdAt, endsAt }: Rule): boolean {
  if (kind !== 'ban' || subject?.type !== 'address' || endsAt === null) return false;
  return endsAt.getTime() - createdAt.getTime() <= briefBanMs;
}

/**
 * Returns the rule of that kind about the caller which holds there; of several, the one that ends last. Returns a promise only if the
 * caller has a rule in an area, because the room has to be read then.
 */
export function ruleAbout(
  services: Parts,
  connection: Connection,
  question: Question,
): Rule | undefined | Promise<Rule | undefined> {
  return services.rules.isEmpty ? undefined : strictest(services, rulesAbout(services, connection), question);
}

/** The same for users, addresses and devices. */
export function ruleAboutAny(
  services: Parts,
  subjects: readonly RuleSubject[],
  question: Question,
): Rule | undefined | Promise<Rule | undefined> {
  const about = subjects.flatMap((subject) => services.rules.of(subject));
  return strictest(services, about, question);
}

function strictest(
  services: Pick<Parts, 'store'>,
  rules: readonly Rule[],
  { kind, roomId, isJoining = false }: Question,
): Rule | undefined | Promise<Rule | undefined> {
  const about = rules.filter((rule) => rule.kind === kind && (isJoining || !isForNewcomers(rule)));
  if (about.length === 0) return undefined;
  if (roomId === null || !about.some(({ scope }) => scope.type === 'area')) {
    return lastOf(about.filter((rule) => holdsIn(rule, roomId, null)));
  }
  return services.store
    .room(roomId)
    .then((room) => lastOf(about.filter((rule) => holdsIn(rule, roomId, room?.cell ?? null))));
}

/** Whether the caller is banned in a room that was read. */
export function isBannedIn(services: Pick<Parts, 'rules'>, connection: Connection, room: RoomKey): boolean {
  return banIn(services, connection, room) !== undefined;
}

/** The bans of the caller, in every scope. */
export function bansOf({ rules }: Pick<Parts, 'rules'>, connection: Connection): readonly Rule[] {
  if (rules.isEmpty) return none;
  return rulesAbout({ rules }, connection).filter((rule) => rule.kind === 'ban' && !isForNewcomers(rule));
}

const none: readonly Rule[] = [];

/** The caller's ban that holds in a room of that id and cell, which may not exist yet; of several, the one that ends last. */
export function banIn(
  services: Pick<Parts, 'rules'>,
  connection: Connection,
  { id, cell }: { id: string | null; cell: string | null },
): Rule | undefined {
  return lastOf(bansOf(services, connection).filter((rule) => holdsIn(rule, id, cell)));
}

/** The rules in force about the caller, in every scope: those of the address and the device, too. */
export function rulesAbout(services: Pick<Parts, 'rules'>, connection: Connection): Rule[] {
  const about = subjectsOf(services, connection).flatMap((subject) => services.rules.of(subject));
  return about.filter((rule) => concerns(rule, connection));
}

/**
 * Whether a rule about the caller's id, address or device applies to the caller. Moderators may share an address or a device with a guest whom
 * they mute or ban: their own rules do not apply to them.
 */
export const concerns = ({ subject, actor }: Rule, { userId }: Connection): boolean =>
  subject?.type === 'user' || actor.userId !== userId;

/**
 * Whom rules can be about, of a connection. Rules about addresses and devices hold for guests and callers without an identity, who can have any
 * number of names. Other users are known by their id, and may share an address.
 */
function subjectsOf(services: Pick<Parts, 'rules'>, connection: Connection): RuleSubject[] {
  const { userId } = connection;
  const subjects: RuleSubject[] = userId === null ? [] : [{ type: 'user', userId }];
  if (services.rules.hasHashes && isUnknownPerson(userId)) {
    subjects.push(...originsOf(services, connection));
  }
  return subjects;
}

/** The address of a connection, and the device if it is known. */
export function originsOf({ rules }: Pick<Parts, 'rules'>, connection: Connection): Origin[] {
  connection.addressHash ??= rules.hashOf(connection.address);
  const address = { type: 'address', hash: connection.addressHash } as const;
  const { deviceHash } = connection;
  return deviceHash === null ? [address] : [address, { type: 'device', hash: deviceHash }];
}

/** Whether the person can return as another user at once. */
export const isUnknownPerson = (userId: string | null): boolean => userId === null || isGuestId(userId);

/** `cell`: that of the room; null if it has none. */
export function holdsIn({ scope }: Pick<Rule, 'scope'>, roomId: string | null, cell: string | null): boolean {
  if (scope.type === 'server') return true;
  if (scope.type === 'room') return scope.roomId === roomId;
  return cell !== null && isInArea(cell, scope.cell);
}

/** When a rule ends, in milliseconds since 1970; infinity if it does not end by itself. */
export const endOf = ({ endsAt }: Rule): number => endsAt?.getTime() ?? Number.POSITIVE_INFINITY;

function lastOf(rules: readonly Rule[]): Rule | undefined {
  let last: Rule | undefined;
  for (const rule of rules) if (last === undefined || endOf(rule) > endOf(last)) last = rule;
  return last;
}
