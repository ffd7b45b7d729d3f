import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import type { PresenceEntry } from '../../packages/server/src/presence/presence.ts';
import { createRedisPresence, type RedisPresenceOptions } from '../../packages/server/src/presence/redis.ts';

type Orders = Omit<RedisPresenceOptions, 'log'> & { entries: PresenceEntry[] };

/** An instance in a process of its own that holds these entries: one that can be stopped dead. */
export async function startPresenceProcess(orders: Orders): Promise<AsyncDisposable & { process: ChildProcess }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`the presence process ended with ${code}`))),
  ]);
  return {
    process: child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function hold({ entries, ...options }: Orders): Promise<void> {
  const presence = createRedisPresence({ ...options, log: createLogger('silent') });
  await Promise.all(entries.map((entry) => presence.enter(entry, 0)));
  process.stdout.write('entered\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await hold(JSON.parse(process.argv[2] ?? ''));
