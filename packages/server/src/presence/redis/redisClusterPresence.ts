import type { Redis } from 'ioredis';
import type { Logger } from '../../observe/logger.ts';
import { addressOf, connectRedisCluster, slotOf } from '../../redis/redisCluster.ts';
import type { Presence, PresenceChange } from '../presence.ts';
import { type PresenceTiming, RedisPresence } from './redisPresence.ts';

/** Must never change: instances with different values would not see each other's users. */
const partitionCount = 16;

interface RedisClusterPresenceOptions extends PresenceTiming {
  /** At least one node; the others are discovered. */
  urls: readonly string[];
  log: Logger;
  /** Prefix of all keys. */
  name?: string;
}

/**
 * Presence over a Redis Cluster. A script can only access keys of one slot, and one slot would put all of presence on one node. So rooms
 * are spread over 16 partitions. Each partition is an independent presence with its own leases, under its own hash tag, and all share one
 * client. The loss of a node affects only the partitions on it.
 */
export function createRedisClusterPresence(options: RedisClusterPresenceOptions): Presence {
  const { urls, log, name = 'earshot:', ...timing } = options;
  const redis = connectRedisCluster({ urls, log, name: 'presence' });
  const prefixes = Array.from({ length: partitionCount }, (_, n) => `${name}{presence:${n}}:`);
  const partitions = prefixes.map((prefix) => new RedisPresence({ redis, log, prefix, ...timing }));
  redis.on('+node', (node: Redis) => {
    node.on('ready', () => {
      const isOnNode = (prefix = '') => redis.slots[slotOf(prefix)]?.[0] === addressOf(node);
      for (const [n, partition] of partitions.entries()) if (isOnNode(prefixes[n])) partition.onReconnected();
    });
  });
  const partitionOf = (roomId: string): Presence => {
    const partition = partitions[slotOf(roomId) % partitionCount];
    if (!partition) throw new RangeError(`no partition for ${roomId}`);
    return partition;
  };
  return {
    kind: 'redis-cluster',
    enter: (entry, capacity) => partitionOf(entry.roomId).enter(entry, capacity),
    leave: (entry) => partitionOf(entry.roomId).leave(entry),
    statusOf: (roomId, userId) => partitionOf(roomId).statusOf(roomId, userId),
    list: (roomId, limit) => partitionOf(roomId).list(roomId, limit),
    async counts(roomIds) {
      return (await Promise.all(roomIds.map((roomId) => partitionOf(roomId).counts([roomId])))).flat();
    },
    onChanged(listener: (change: PresenceChange) => void) {
      const removeListeners = partitions.map((partition) => partition.onChanged(listener));
      return () => {
        for (const removeListener of removeListeners) removeListener();
      };
    },
    async close() {
      await Promise.all(partitions.map((partition) => partition.close()));
      redis.disconnect();
    },
  };
}
