import { EarshotError } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import { publicScope } from './publicScope.ts';
import { isSignedOut } from './revokedTokens.ts';
import { concerns, holdsIn, isForNewcomers, isUnknownPerson, originsOf, ruleAbout } from './ruleAbout.ts';
import { sanctionError } from './sanctionError.ts';

export type OpenConnectionParts = Pick<Services, 'rules' | 'openConnections' | 'store'>;
type Parts = OpenConnectionParts & Pick<Services, 'hub' | 'log' | 'guestSanctions' | 'retention'>;

/** Registers a connection that stays open, and ends it if a rule says so. Returns a function that must be called when it closes. */
export function openConnection(services: OpenConnectionParts, connection: Connection): () => void {
  services.openConnections.add(connection);
  endIfRefused(services, connection);
  return () => services.openConnections.delete(connection);
}

/** Ends a connection whose user may not use the server. Called after each change of its identity, because a rule may be newer than the check. */
export function endIfRefused(services: OpenConnectionParts, connection: Connection): void {
  const { rules } = services;
  if (rules.isEmpty) return;
  const { userId, issuedAt } = connection;
  if (userId !== null && isSignedOut(rules, { user: { userId }, issuedAt })) {
    connection.end(new EarshotError('TOKEN_REVOKED'));
  }
  const ban = ruleAbout(services, connection, { kind: 'ban', roomId: null });
  if (ban && !(ban instanceof Promise)) connection.end(sanctionError(ban));
}

/**
 * Carries out what changes of rules mean for open connections and running watches of this instance, as every instance does. Returns a function
 * that stops it.
 */
export function enforceRules(services: Parts): () => void {
  return services.rules.onChanged((rules) => {
    for (const rule of rules) {
      if (rule.subject === null && rule.scope.type === 'room') announceRoomRules(services, rule.scope.roomId);
    }
    const personal = rules.filter(({ subject, kind }) => subject !== null && kind !== 'grant' && kind !== 'tokenRole');
    if (personal.length > 0) enforceOnPeople(services, personal);
  });
}

function announceRoomRules({ hub, retention }: Parts, roomId: string): void {
  hub.publishHere(roomId, { type: 'room.rules', ...retention.roomRules(roomId) });
}

function enforceOnPeople(services: Parts, changed: readonly Rule[]): void {
  const { rules, openConnections, guestSanctions, log } = services;
  guestSanctions.onChanged(changed);
  const announced = [...rules.filterInForce(changed), ...changed.filter(isLiftedMute)];
  const byUser = groupBy(announced, ({ subject }) => (subject?.type === 'user' ? subject.userId : null));
  const byHash = groupBy(announced, (rule) =>
    rule.subject === null || rule.subject.type === 'user' || isForNewcomers(rule) ? null : rule.subject.hash,
  );
  const informed = new Set<string>();
  for (const connection of openConnections.all()) {
    const { userId } = connection;
    const ofUser = (userId === null ? undefined : byUser.get(userId)) ?? [];
    const inForce = rules.filterInForce(ofUser);
    if (inForce.length > 0) guestSanctions.onConnected(connection, inForce);
    const origins = byHash.size > 0 && isUnknownPerson(userId) ? originsOf(services, connection) : [];
    const ofOrigins = origins.flatMap(({ hash }) => byHash.get(hash) ?? []);
    const about = [...ofUser, ...ofOrigins.filter((rule) => concerns(rule, connection))];
    if (about.length === 0) continue;
    enforceOn(services, connection, { rules: about, informed }).catch((err: unknown) =>
      log.warn({ err }, 'ban not enforced completely (running watches are checked again with their next event)'),
    );
  }
}

/** A lifted mute is announced, so that its user may write at once. A lifted ban is not, because the watches of its user have ended. */
const isLiftedMute = ({ kind, isLifted }: Rule) => kind === 'mute' && isLifted;

function groupBy(rules: readonly Rule[], keyOf: (rule: Rule) => string | null): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = keyOf(rule);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return groups;
}

interface Enforcement {
  /** About the user, the address or the device of the connection. */
  rules: readonly Rule[];
  /** The users and rooms whose watches have been informed of a rule: a user may have several connections. */
  informed: Set<string>;
}

async function enforceOn(services: Parts, connection: Connection, { rules, informed }: Enforcement): Promise<void> {
  endIfRefused(services, connection);
  const { userId, watchedRoomIds } = connection;
  for (const rule of rules) {
    if (userId === null || (rule.kind !== 'ban' && rule.kind !== 'mute')) continue;
    for (const roomId of watchedRoomIds) {
      const key = JSON.stringify([rule.id, roomId, userId]);
      if (informed.has(key)) continue;
      informed.add(key);
      await enforceInRoom(services, { rule, roomId, userId });
    }
  }
}

interface RoomCase {
  rule: Rule;
  roomId: string;
  userId: string;
}

/** Informs the watches of the user, and ends them after a ban. */
async function enforceInRoom({ hub, store, rules }: Parts, { rule, roomId, userId }: RoomCase): Promise<void> {
  const cell = rule.scope.type === 'area' ? ((await store.room(roomId))?.cell ?? null) : null;
  const { kind, scope, reason } = rule;
  const endsAt = rule.isLifted ? liftedAt(rules, rule) : rule.endsAt;
  if ((kind !== 'ban' && kind !== 'mute') || !holdsIn(rule, roomId, cell)) return;
  const sanction = { kind, scope: publicScope(scope), reason, endsAt };
  hub.publishHere(roomId, { type: 'user.sanctioned', userId, sanction });
  if (kind === 'ban') hub.publishHere(roomId, { type: 'member.left', userId });
}

/** When the rule was lifted: the time of that write, but never later than now, because the store's clock may have gone back. */
function liftedAt(rules: Parts['rules'], { updatedAt }: Rule): Date {
  const msAhead = rules.msLeft({ endsAt: updatedAt }) ?? 0;
  return new Date(updatedAt.getTime() - msAhead);
}
