import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { openMongoStore } from '../../packages/server/src/store/mongo/mongoStore.ts';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/sqliteStore.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { type Collected, collect } from './collect.ts';

/** A database, in a form that can be sent to a process. */
export type StoreSpec = { kind: 'sqlite'; file: string } | { kind: 'mongodb'; uri: string; database: string };

export function openFrom(spec: StoreSpec, clock: () => number = Date.now): Promise<Store> {
  const log = createLogger('silent');
  return spec.kind === 'sqlite' ? openSqliteStore({ ...spec, log, clock }) : openMongoStore({ ...spec, log, clock });
}

interface Orders {
  spec: StoreSpec;
  roomId: string;
  userId: string;
  /** Number of messages to append, ten at a time. */
  count: number;
}

interface Acknowledged {
  id: string;
  seq: number;
}

export interface Writer extends AsyncDisposable {
  readonly process: ChildProcess;
  /** The acknowledgements of the store that the writer reported. Ends with the process. */
  readonly acknowledged: Collected<Acknowledged>;
}

/** A process that appends to a room and reports each acknowledgement, and that can be killed. */
export function startWriter(orders: Orders): Writer {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const acknowledged = collect<Acknowledged>();
  createInterface(child.stdout)
    .on('line', (line) => acknowledged.push(JSON.parse(line)))
    .on('close', () => acknowledged.end());
  return {
    process: child,
    acknowledged,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function write({ spec, roomId, userId, count }: Orders): Promise<void> {
  const store = await openFrom(spec);
  let left = count;
  const writeAll = async () => {
    while (left > 0) {
      left -= 1;
      const { message } = await store.append({ roomId, userId, username: 'A writer', content: `${left} left` });
      process.stdout.write(`${JSON.stringify({ id: message.id, seq: message.seq })}\n`);
    }
  };
  await Promise.all(Array.from({ length: 10 }, writeAll));
  await store.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write(JSON.parse(process.argv[2] ?? ''));
