import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import type { PresenceChange, PresenceEntry } from '../../packages/server/src/presence/presence.ts';
import {
  createRedisPresence,
  type RedisPresenceOptions,
} from '../../packages/server/src/presence/redis/redisPresence.ts';
import { type Collected, collect } from './collect.ts';

const entered = 'entered';

type Orders = Omit<RedisPresenceOptions, 'log'> & { entries: PresenceEntry[] };

interface PresenceProcess extends AsyncDisposable {
  process: ChildProcess;
  /** The changes that it reported. */
  changes: Collected<PresenceChange>;
}

/** Starts an instance in its own process that holds these entries, and that can be killed. */
export async function startPresenceProcess(orders: Orders): Promise<PresenceProcess> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const changes = collect<PresenceChange>();
  lines.on('line', (line) => line !== entered && changes.push(JSON.parse(line)));
  await Promise.race([
    once(lines, 'line'),
    ended.then(([code]) => Promise.reject(new Error(`the presence process ended with ${code}`))),
  ]);
  return {
    process: child,
    changes,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function hold({ entries, ...options }: Orders): Promise<void> {
  const presence = createRedisPresence({ ...options, log: createLogger('silent') });
  presence.onChanged((change) => process.stdout.write(`${JSON.stringify(change)}\n`));
  await Promise.all(entries.map((entry) => presence.enter(entry, 0)));
  process.stdout.write(`${entered}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await hold(JSON.parse(process.argv[2] ?? ''));
