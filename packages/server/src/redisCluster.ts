import { Cluster, type Redis } from 'ioredis';
import type { Logger } from './observe/logger.ts';
import { answerTimeout, lineOptions, retryStrategy } from './redisConnection.ts';

const slotCount = 16_384;
/** What makes the client look again which node serves which slots, should no node have told. Milliseconds. */
const slotsRefreshInterval = 5_000;
/** A command that finds its node away is tried five times, 100 ms apart. */
const maxRedirections = 5;

interface RedisClusterOptions {
  /** Some nodes of the cluster, or one: the rest are found through them. They share user, password and TLS. */
  urls: readonly string[];
  log: Logger;
  /** What the connections are for: shown in logs and in `CLIENT LIST`. */
  name: string;
}

/**
 * A client of a Redis Cluster, for as long as the process runs. It holds a connection to each node that it has sent
 * something, follows slots to where they move, and finds nodes that come back. Commands fail within two seconds, those
 * for a node that is lost after a few quick attempts, because another may take over from it.
 */
export function connectRedisCluster({ urls, log, name }: RedisClusterOptions): Cluster {
  const { username, password, protocol } = new URL(urls[0] ?? '');
  const cluster = new PromptCluster([...urls], {
    redisOptions: {
      ...lineOptions(name),
      commandTimeout: answerTimeout,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
    // Certificates hold names, which the default would turn into addresses.
    dnsLookup: (host, found) => found(null, host),
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval,
    maxRedirections,
  });
  logOutages(cluster, log, name);
  return cluster;
}

/**
 * Keeps the promise about time. ioredis alone lets commands wait without end for a cluster that is away, or, told not
 * to, also refuses those for a node that it is about to connect to.
 */
class PromptCluster extends Cluster {
  #begun = false;

  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const [command] = args;
    command.setTimeout(answerTimeout); // over all attempts
    // CLUSTER is what it finds out with whether it is ready.
    if (command.name !== 'cluster' && !this.#mayQueue()) {
      command.reject(new Error(`the cluster is away (${this.status})`));
      return command.promise;
    }
    return super.sendCommand(...args);
  }

  /** Commands of the first moments wait for the first connection; from then on nothing queues up behind an outage. */
  #mayQueue(): boolean {
    this.#begun ||= this.status === 'ready' || this.status === 'close' || this.status === 'reconnecting';
    return !this.#begun || this.status === 'ready';
  }
}

/** The slot of a key or channel: CRC-16/XMODEM of it, or of its first `{part}`, as the Redis Cluster specification says. */
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

/** `url` with another host and port: that of `address`, which is `host:port` with no brackets around IPv6. */
export function urlOfNode(address: string, url: string): string {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  const node = new URL(url);
  node.host = `${host.includes(':') ? `[${host}]` : host}:${address.slice(colon + 1)}`;
  return node.href;
}

/** The cluster's own word on whether it serves: true while most of its primaries are there. */
export async function requireServing(cluster: Cluster): Promise<void> {
  const nodes = cluster.nodes('master');
  await Promise.any(
    (nodes.length > 0 ? nodes : [cluster]).map(async (node) => {
      const info = String(await node.cluster('INFO'));
      if (!info.includes('cluster_state:ok')) throw new Error('the cluster does not serve');
    }),
  );
}

/** What the map of slots calls a node. */
export const addressOf = (node: Redis) => `${node.options.host}:${node.options.port}`;

/** Says once for each node that it is lost and that it is back, and once why there is no cluster at all. */
function logOutages(cluster: Cluster, log: Logger, connection: string): void {
  const lost = new Set<string>();
  let refusal = '';
  cluster.on('+node', (node: Redis) => {
    node.once('ready', () => {
      if (lost.delete(addressOf(node))) log.info({ connection, node: addressOf(node) }, 'Redis node is back');
    });
  });
  cluster.on('node error', (error: Error, address: string) => {
    if (/cluster support disabled/i.test(error.message)) return refuse(noCluster);
    if (/^(NOAUTH|WRONGPASS|NOPERM)/.test(error.message)) return refuse(`The Redis Cluster refuses: ${error.message}`);
    if (lost.has(address)) return;
    lost.add(address);
    // Only the text: an error of ioredis carries its command, and with that a password or a message.
    log.warn({ connection, node: address, reason: error.message }, 'Redis node is lost');
  });
  cluster.on('error', () => {}); // no node is there, each of which has been told of
  cluster.on('ready', () => {
    refusal = '';
  });

  function refuse(sentence: string) {
    if (refusal === sentence) return;
    refusal = sentence;
    log.error({ connection }, sentence);
  }
}

const noCluster =
  'REDIS_CLUSTER=true, but REDIS_URL names a Redis that is not part of a cluster: leave REDIS_CLUSTER out, or name nodes of a cluster.';
