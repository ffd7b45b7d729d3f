import { isGuestId } from '@earshot/shared';
import { isInArea } from '../../cells.ts';
import type { Rule, RuleSubject } from '../../store/rules.ts';
import type { StoredRoom } from '../../store/store.ts';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';

type Parts = Pick<Services, 'rules' | 'store'>;

type RoomPlace = Pick<StoredRoom, 'id' | 'cell'>;

interface Question {
  kind: 'ban' | 'mute';
  /** Null: outside of rooms. */
  roomId: string | null;
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
  return services.rules.isEmpty ? undefined : ruleAboutAny(services, subjectsOf(services, connection), question);
}

/** The same for users, addresses and devices. */
export function ruleAboutAny(
  services: Parts,
  subjects: readonly RuleSubject[],
  { kind, roomId }: Question,
): Rule | undefined | Promise<Rule | undefined> {
  const { rules } = services;
  const about = subjects.flatMap((subject) => rules.of(subject).filter((rule) => rule.kind === kind));
  if (about.length === 0) return undefined;
  if (roomId === null || !about.some(({ scope }) => scope.type === 'area')) {
    return lastOf(about.filter((rule) => holdsIn(rule, roomId, null)));
  }
  return services.store
    .room(roomId)
    .then((room) => lastOf(about.filter((rule) => holdsIn(rule, roomId, room?.cell ?? null))));
}

/** Whether the caller is banned in a room that was read. */
export function isBannedIn(services: Pick<Parts, 'rules'>, connection: Connection, room: RoomPlace): boolean {
  return banIn(services, connection, room) !== undefined;
}

/** The caller's ban that holds in a room of that id and cell, which may not exist yet; of several, the one that ends last. */
export function banIn(
  services: Pick<Parts, 'rules'>,
  connection: Connection,
  { id, cell }: { id: string | null; cell: string | null },
): Rule | undefined {
  const { rules } = services;
  if (rules.isEmpty) return undefined;
  const about = subjectsOf(services, connection).flatMap((subject) => rules.of(subject));
  return lastOf(about.filter((rule) => rule.kind === 'ban' && holdsIn(rule, id, cell)));
}

/**
 * Whom rules can be about, of a connection. Rules about addresses hold for guests and callers without an identity, who can have any number of
 * names. Other users are known by their id, and may share an address.
 */
export function subjectsOf(services: Pick<Parts, 'rules'>, connection: Connection): RuleSubject[] {
  const { userId } = connection;
  const subjects: RuleSubject[] = userId === null ? [] : [{ type: 'user', userId }];
  if (services.rules.hasHashes && isUnknownPerson(userId)) {
    subjects.push({ type: 'address', hash: addressHash(services, connection) });
  }
  return subjects;
}

export function addressHash({ rules }: Pick<Parts, 'rules'>, connection: Connection): string {
  connection.addressHash ??= rules.hashOf(connection.address);
  return connection.addressHash;
}

/** Whether the person can return as another user at once. */
export const isUnknownPerson = (userId: string | null): boolean => userId === null || isGuestId(userId);

/** `cell`: that of the room; null if it has none. */
export function holdsIn({ scope }: Pick<Rule, 'scope'>, roomId: string | null, cell: string | null): boolean {
  if (scope.type === 'server') return true;
  if (scope.type === 'room') return scope.roomId === roomId;
  return cell !== null && isInArea(cell, scope.cell);
}

function lastOf(rules: readonly Rule[]): Rule | undefined {
  const end = ({ endsAt }: Rule) => endsAt?.getTime() ?? Number.POSITIVE_INFINITY;
  let last: Rule | undefined;
  for (const rule of rules) if (last === undefined || end(rule) > end(last)) last = rule;
  return last;
}
