import { Cluster, type Redis } from 'ioredis';
import { withTimeout } from '../async/withTimeout.ts';
import type { Logger } from '../observe/logger.ts';
import { answerTimeout, keepAlive, limitTime } from './limitedRedis.ts';
import { connectionOptions, retryStrategy } from './redisConnection.ts';
import { rejectedCommand, replyCode } from './replyError.ts';

const slotCount = 16_384;
/** Milliseconds between refreshes of the slot map, in case no node reports a change. */
const slotsRefreshInterval = 5_000;
/** A command for an unreachable node is tried five times, 100 ms apart. */
const maxRedirections = 5;

interface RedisClusterOptions {
  /** At least one node; the others are discovered. All share user, password and TLS. */
  urls: readonly string[];
  log: Logger;
  /** The purpose of the connections, shown in logs and in `CLIENT LIST`. */
  name: string;
}

/**
 * A client of a Redis Cluster for the life of the process. It keeps a connection to each node that it has used, follows moved slots, and
 * reconnects to nodes that return. Commands fail within two seconds. Those for a lost node fail after a few quick attempts, because another
 * node may take over from it.
 */
export function connectRedisCluster({ urls, log, name }: RedisClusterOptions): Cluster {
  const { username, password, protocol } = new URL(urls[0] ?? '');
  const cluster = new FailFastCluster([...urls], {
    redisOptions: {
      ...connectionOptions(name),
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
    // Certificates contain names, which the default would replace with addresses.
    dnsLookup: (host, found) => found(null, host),
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval,
    maxRedirections,
  });
  cluster.on('+node', keepAlive);
  logOutages(cluster, log, name);
  return cluster;
}

/**
 * Enforces the time limit. By default, ioredis lets commands wait indefinitely for an unreachable cluster; its alternative also rejects
 * commands for a node that it is about to connect to.
 */
class FailFastCluster extends Cluster {
  #hasConnected = false;

  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const [command] = args;
    limitTime(command); // over all attempts
    // The client itself sends CLUSTER to determine whether it is ready.
    if (command.name !== 'cluster' && !this.#mayQueue()) {
      command.reject(new Error(`the cluster is not connected (${this.status})`));
      return command.promise;
    }
    return super.sendCommand(...args);
  }

  /** Commands wait for the first connection; after that nothing queues during an outage. */
  #mayQueue(): boolean {
    this.#hasConnected ||= this.status === 'ready' || this.status === 'close' || this.status === 'reconnecting';
    return !this.#hasConnected || this.status === 'ready';
  }
}

/** Returns the slot of a key or channel: CRC-16/XMODEM of it, or of its first `{part}`, as the Redis Cluster specification defines. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  const hashed = open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc % slotCount;
}

/** Returns `url` with the host and port of `address`, which is `host:port` without brackets around IPv6. */
export function urlOfNode(address: string, url: string): string {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  const node = new URL(url);
  node.host = `${host.includes(':') ? `[${host}]` : host}:${address.slice(colon + 1)}`;
  return node.href;
}

/** Resolves if the cluster reports that it serves, which is the case while most of its primaries are available; rejects otherwise. */
export async function requireServing(cluster: Cluster): Promise<void> {
  const nodes = cluster.nodes('master');
  await Promise.any(
    (nodes.length > 0 ? nodes : [cluster]).map(async (node) => {
      const answer = withTimeout(node.cluster('INFO'), answerTimeout, () => new Error('the node does not answer'));
      const info = String(await answer);
      if (!info.includes('cluster_state:ok')) throw new Error('the cluster is not operational');
    }),
  );
}

/** The address of a node in the slot map. */
export const addressOf = (node: Redis) => `${node.options.host}:${node.options.port}`;

/** Logs once for each node that it is lost and that it is back, and once why the cluster is unusable. */
function logOutages(cluster: Cluster, log: Logger, connection: string): void {
  const lostNodes = new Set<string>();
  let lastRefusal = '';
  cluster.on('+node', (node: Redis) => {
    node.once('ready', () => {
      if (lostNodes.delete(addressOf(node))) log.info({ connection, node: addressOf(node) }, 'Redis node reconnected');
    });
  });
  cluster.on('node error', (error: Error, address: string) => {
    const code = replyCode(error);
    // A server that is not part of a cluster has no code of its own for that.
    if (code === 'ERR' && rejectedCommand(error) === 'cluster') return logRefusal(notACluster, error.message);
    if (code !== null && accessCodes.has(code)) return logRefusal(`The Redis Cluster refuses: ${error.message}`);
    if (lostNodes.has(address)) return;
    lostNodes.add(address);
    // Only the message: an error of ioredis contains its command, and with that a password or a message's content.
    log.warn({ connection, node: address, reason: error.message }, 'Redis node lost; reconnecting');
  });
  cluster.on('error', () => {}); // no node is available; each one has been logged
  cluster.on('ready', () => {
    lastRefusal = '';
  });

  function logRefusal(sentence: string, reason?: string) {
    if (lastRefusal === sentence) return;
    lastRefusal = sentence;
    log.error({ connection, reason }, sentence);
  }
}

/** Redis's codes for a connection or user without the necessary rights. */
const accessCodes = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);

const notACluster =
  'REDIS_CLUSTER=true, but REDIS_URL names a Redis that is not part of a cluster: leave REDIS_CLUSTER out, or name nodes of a cluster.';
