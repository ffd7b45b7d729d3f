import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findBinary } from './binaries.ts';
import { freePort, type Service, startService } from './service.ts';

export interface RedisCluster extends AsyncDisposable {
  /** The URLs of all nodes, in the format of REDIS_URL. */
  readonly url: string;
  /** Primaries with a third of the slots each, in the order of their slots. They persist only the cluster's configuration. */
  readonly nodes: readonly Service[];
  /** The replica of the first node, if requested. It takes over from it within some seconds. */
  readonly replica: Service | undefined;
  /** Moves a range of slots to another node, as an operator does while the cluster serves. The slots must hold no keys. */
  moveSlots(range: [first: number, last: number], to: Service): Promise<void>;
}

const slotCount = 16_384;
const nodeCount = 3;

interface ClusterOptions {
  /** Whether the first node has a replica. */
  replica?: boolean;
  /** Additional options of the server, for all nodes. */
  settings?: string[];
}

/**
 * Starts a cluster of three nodes. The slots of a stopped node are unavailable until `start` brings it back, at the
 * same port and in the same cluster, without its data. The other nodes serve theirs meanwhile.
 */
export async function startRedisCluster({
  replica = false,
  settings = [],
}: ClusterOptions = {}): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const nodes: Service[] = [];
  for (let n = 0; n < nodeCount; n += 1) nodes.push(stack.use(await startNode(settings)));
  await form(nodes);
  const spare = replica ? stack.use(await startNode(settings)) : undefined;
  if (spare) await replicate(nodes, spare);
  const held = stack.move();
  return {
    url: nodes.map(({ url }) => url).join(','),
    nodes,
    replica: spare,
    moveSlots: (range, to) => moveSlots(nodes, range, to),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function startNode(settings: string[]): Promise<Service> {
  const binary = await findBinary('redis');
  const port = await freePort();
  // Not the usual port + 10,000, which may lie in the range of ephemeral ports.
  const busPort = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  return startService({
    binary,
    url,
    args: (folder) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--logfile', `${folder}/log`],
      ...['--save', '', '--appendonly', 'no'],
      ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-port', String(busPort)],
      ...['--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'],
      ...settings,
    ],
    untilReady: (signal) => untilServing(url, signal),
  });
}

/** Resolves when a node is ready: a new node serves no slots and is alone; a restarted one has rejoined its cluster. */
async function untilServing(url: string, signal: AbortSignal): Promise<void> {
  using client = connect(url);
  signal.addEventListener('abort', () => client[Symbol.dispose]());
  while (!signal.aborted) {
    const { cluster_state, cluster_slots_assigned } = await info(client.redis);
    if (cluster_state === 'ok' || cluster_slots_assigned === '0') return;
    await delay(20);
  }
}

async function form(nodes: readonly Service[]): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const clients = nodes.map(({ url }) => stack.use(connect(url)).redis);
  await Promise.all(
    clients.map(async (client, n) => {
      const first = Math.ceil((n * slotCount) / clients.length);
      const last = Math.ceil(((n + 1) * slotCount) / clients.length) - 1;
      await client.cluster('ADDSLOTSRANGE', first, last);
      // Nodes that meet with equal epochs would first have to resolve the conflict.
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(n + 1));
    }),
  );
  const [seed, ...others] = clients;
  if (!seed) return;
  for (const other of others) await meet(seed, other);
  await Promise.all(clients.map((client) => untilKnown(client, clients.length)));
}

async function meet(one: Redis, other: Redis): Promise<void> {
  const busPort =
    String(await other.config('GET', 'cluster-port'))
      .split(',')
      .at(-1) ?? '';
  await one.call('CLUSTER', 'MEET', '127.0.0.1', String(other.options.port), busPort);
}

/** Makes `replica` a replica of the first node. */
async function replicate(nodes: readonly Service[], replica: Service): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const [from, ...voters] = nodes.map(({ url }) => stack.use(connect(url)));
  if (!from) return;
  using to = connect(replica.url);
  const id = await from.redis.cluster('MYID');
  await meet(from.redis, to.redis);
  while (!String(await to.redis.cluster('NODES')).includes(id)) await delay(20);
  await to.redis.call('CLUSTER', 'REPLICATE', id);
  while (!String(await to.redis.info('replication')).includes('master_link_status:up')) await delay(20);
  // The voters must know the replica that takes over: after the loss of its primary, no node would announce it to them.
  for (const { redis } of [from, ...voters, to]) await untilKnown(redis, nodeCount + 1);
}

async function untilKnown(client: Redis, size: number): Promise<void> {
  for (;;) {
    const { cluster_state, cluster_slots_ok } = await info(client);
    const known = String(await client.cluster('SHARDS')).split('online').length - 1;
    if (cluster_state === 'ok' && cluster_slots_ok === String(slotCount) && known === size) return;
    await delay(20);
  }
}

async function moveSlots(nodes: readonly Service[], [first, last]: [number, number], to: Service): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const target = stack.use(connect(to.url)).redis;
  const id = await target.cluster('MYID');
  // The new owner first, then the others, so that no node claims slots that it has given away.
  const others = nodes.filter((node) => node !== to).map(({ url }) => stack.use(connect(url)).redis);
  for (const client of [target, ...others]) {
    for (let slot = first; slot <= last; slot += 1) void client.cluster('SETSLOT', slot, 'NODE', id);
    await client.ping();
  }
}

function connect(url: string) {
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => {}); // refused until it listens
  return { redis, [Symbol.dispose]: () => redis.disconnect() };
}

/** Parses CLUSTER INFO, with fields such as `cluster_state`. */
async function info(redis: Redis): Promise<Record<string, string>> {
  const lines = String(await redis.cluster('INFO')).split('\r\n');
  return Object.fromEntries(lines.map((line) => line.split(':', 2)));
}
