import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Message, newId } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { inject } from 'vitest';
import { CachedStore } from '../../packages/server/src/feed/cache/cachedStore.ts';
import type { NewMessage, Store } from '../../packages/server/src/store/store.ts';
import { openFrom, type StoreSpec } from './storeProcess.ts';

/** A separate database. Disposal closes the stores opened on it and deletes it. */
export interface StoreSite extends AsyncDisposable {
  readonly spec: StoreSpec;
  /** Opens another instance on the same database. */
  open(clock?: () => number): Promise<Store>;
}

/**
 * Every driver, and the cached store where nobody watches a room, for suites that must pass on all of them. Mutation tests run without
 * MongoDB.
 */
export const storeDrivers = [
  { driver: 'sqlite', newSite: sqliteSite },
  ...(inject('mongodbUri') ? [{ driver: 'mongodb', newSite: () => mongoSite() }] : []),
  { driver: 'cached sqlite', newSite: cachedSqliteSite },
];

export async function sqliteSite(): Promise<StoreSite> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-store-'));
  // The store creates the folder of its file.
  const spec: StoreSpec = { kind: 'sqlite', file: join(folder, 'data', 'earshot.db') };
  return site(spec, () => rm(folder, { recursive: true, force: true }));
}

async function cachedSqliteSite(): Promise<StoreSite> {
  const site = await sqliteSite();
  const unwatched = { roomCache: () => undefined };
  return { ...site, open: async (clock) => new CachedStore(await site.open(clock), unwatched) };
}

export async function mongoSite(uri = inject('mongodbUri')): Promise<StoreSite> {
  const database = `test_${newId()}`;
  return site({ kind: 'mongodb', uri, database }, async () => {
    await using client = new MongoClient(uri);
    await client.db(database).dropDatabase();
  });
}

function site(spec: StoreSpec, remove: () => Promise<void>): StoreSite {
  const stack = new AsyncDisposableStack();
  stack.defer(remove);
  return {
    spec,
    open: async (clock) => stack.adopt(await openFrom(spec, clock), (store) => store.close()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Appends a message with default values. */
export async function send(store: Store, roomId: string, fields: Partial<NewMessage> = {}): Promise<Message> {
  const message = { roomId, userId: 'ana', username: 'Ana', content: 'hello', ...fields };
  return (await store.append(message)).message;
}

/** All changes after a number, in order. The store returns them in pages. */
export async function allChanges(store: Store, roomId: string, since = 0): Promise<Message[]> {
  const all: Message[] = [];
  for (let seq = since; ; ) {
    const page = await store.changesSince(roomId, seq, 1_000);
    const last = page.at(-1);
    if (!last) return all;
    all.push(...page);
    seq = last.updatedSeq;
  }
}

/** The number of each room's last change. */
export async function headSeqs(store: Store, roomIds: readonly string[]): Promise<Map<string, number>> {
  const heads = await store.heads(roomIds);
  return new Map(Array.from(heads, ([roomId, { seq }]) => [roomId, seq]));
}

/** 1, 2, 3 ... */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

export const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);
