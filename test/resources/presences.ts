import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import type { Presence, PresenceChange, PresenceEntry } from '../../packages/server/src/presence/presence.ts';
import { PresenceTable, type RoomUser } from '../../packages/server/src/presence/redis/presenceTable.ts';
import { createRedisClusterPresence } from '../../packages/server/src/presence/redis/redisClusterPresence.ts';
import type { PresenceTiming } from '../../packages/server/src/presence/redis/redisPresence.ts';
import {
  createRedisPresence,
  type RedisPresenceOptions,
} from '../../packages/server/src/presence/redis/redisPresence.ts';
import type { RedisCluster } from '../services/redisCluster.ts';
import { type Pair, pairOf } from './pairs.ts';

/** A prefix of keys in Redis that no other test uses. */
export const newPrefix = () => `test-${randomUUID()}:{presence}:`;

/** Two instances on one Redis. */
export function openRedisPresence(
  options: Omit<RedisPresenceOptions, 'log'> & { log?: RedisPresenceOptions['log'] },
): Pair<Presence> {
  const all = { prefix: newPrefix(), log: createLogger('silent'), ...options };
  return pairOf(createRedisPresence(all), createRedisPresence(all));
}

/** Two instances on one Redis Cluster. */
export function openClusterPresence({ url }: RedisCluster, timing: PresenceTiming = {}): Pair<Presence> {
  const all = { urls: url.split(','), name: `test-${randomUUID()}:`, log: createLogger('silent'), ...timing };
  return pairOf(createRedisClusterPresence(all), createRedisClusterPresence(all));
}

let connections = 0;

/** An entry with a connection of its own. */
export function entry(roomId: string, userId: string, username = `name of ${userId}`): PresenceEntry {
  connections += 1;
  return { roomId, watchId: `connection ${connections}`, user: { userId, username } };
}

export const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Short times for tests, in the same proportions as a server's. */
export const quick = { leaseMs: 1_000, heartbeatMs: 100 };

/** A change as text, such as `left ada, 3`. */
export const brief = (change: PresenceChange) =>
  `${change.type} ${change.type === 'recounted' ? change.roomId : change.user.userId}, ${change.userCount}`;

/** Collects the changes of which the instances notify, such as `left ada, 3`. */
export function collectChanges(...instances: Presence[]): string[] {
  const received: string[] = [];
  for (const presence of instances) presence.onChanged((change) => received.push(brief(change)));
  return received;
}

/** Lets Redis execute the command, and drops the answer. */
export function loseAnswers(change: 'enter' | 'leave') {
  const { enter, leave } = PresenceTable.prototype;
  return vi.spyOn(PresenceTable.prototype, change).mockImplementation(async function (
    this: PresenceTable,
    place: RoomUser,
  ) {
    await (change === 'enter' ? enter.call(this, place, 0) : leave.call(this, place));
    throw new Error('the answer is lost');
  });
}
