import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config, Store } from '@earshot/server';
import { heavyUser } from './dataSet.ts';

interface JobParts {
  store: Store;
  config: Config;
}

/** Deletes what is expired of 50 rooms, as a step of the sweeper does. */
async function sweep({ store }: JobParts): Promise<string> {
  const now = Date.now();
  let after: string | null = null;
  let [deleted, steps] = [0, 0];
  for (; steps < 20; steps += 1) {
    const rooms: string[] = await store.expiry.roomsAfter(after, 50);
    after = rooms.at(-1) ?? null;
    const expiring = rooms.map((roomId) => ({ roomId, before: new Date(Date.UTC(2026, 3, 1)) }));
    deleted += (await store.expiry.deleteExpired(expiring, new Date(now))).deleted;
  }
  return `${steps} steps, ${deleted} messages deleted`;
}

/** Erases the memberships and messages of the user with much data, step by step, as the eraser does. */
async function erase({ store }: JobParts): Promise<string> {
  const pseudonym = 'erased';
  let changed = 0;
  for (let after: string | null = null; ; ) {
    const page = await store.personal.messages.exportOf(heavyUser, { after, limit: 100 });
    for (const { roomId, id: messageId } of page.records) {
      await store.change({ roomId, messageId }, { type: 'erase', userId: heavyUser, pseudonym });
      changed += 1;
    }
    if (page.next === null) break;
    after = page.next;
  }
  const { memberships, profile, rooms } = store.personal;
  for (const part of [memberships, profile, rooms]) while (await part.erase(heavyUser, pseudonym)) changed += 1;
  return `${changed} messages erased`;
}

const copyScript = `
  const [source, target] = process.argv.slice(1);
  new (require('node:sqlite').DatabaseSync)(source).prepare('VACUUM INTO ?').run(target);
  const { user, system } = process.cpuUsage();
  console.log(((user + system) / 1e6).toFixed(1));
`;

/** Copies the file in another process while the server runs, as docs/operations.md describes it. */
async function copy({ config }: JobParts): Promise<string> {
  if (config.store.kind !== 'sqlite') return 'not with mongodb';
  const source = join(config.store.dataDir, 'earshot.db');
  const target = join(config.store.dataDir, 'copy.db');
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', copyScript, source, target]);
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  const megabytes = (statSync(target).size / 1e6).toFixed(0);
  return `${megabytes} MB in ${seconds} s with ${stdout.trim()} s of CPU time of another process`;
}

export const jobs = { sweep, erase, backup: copy } as const;
export type JobName = keyof typeof jobs;
