import { MongoClient } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { collect, eventually } from '../resources/collect.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { openFrom } from '../resources/storeProcess.ts';
import { allChanges, mongoSite, send, upTo } from '../resources/stores.ts';
import { startMongod } from '../services/mongod.ts';
import { freePort } from '../services/service.ts';

const here = cellOf({ latitude: 1, longitude: 2 });
const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });

/** Calls every method once. */
const calls: [string, (store: Store) => Promise<unknown>][] = [
  ['append', (store) => send(store, 'plaza')],
  ['change', (store) => store.change({ roomId: 'plaza', messageId: '0'.repeat(24) }, { type: 'delete' })],
  ['history', (store) => store.history('plaza', { limit: 5 })],
  ['snapshot', (store) => store.snapshot('plaza', 5)],
  ['heads', (store) => store.heads(['plaza'])],
  ['lastChange', (store) => store.lastChange('plaza', 1)],
  ['namedRoom', (store) => store.namedRoom({ roomId: 'park', name: 'Park', cell: null, createdBy: 'ana' })],
  ['nearestOrNewRoom', (store) => store.nearestOrNewRoom({ cell: here, radius: 5, name: 'Here', createdBy: 'ana' })],
  ['roomsNear', (store) => store.roomsNear(here, 5, 5)],
  ['addMember', (store) => store.addMember('plaza', { userId: 'ana', username: 'Ana' })],
  ['isMember', (store) => store.isMember('plaza', 'ana')],
  ['saveLocation', (store) => store.saveLocation({ userId: 'a', username: 'A' }, here, new Date())],
];

/** Resolves to the result of each call, and the longest duration. */
async function callAll(store: Store) {
  const took: number[] = [];
  const timed = async (call: (store: Store) => Promise<unknown>) => {
    const began = performance.now();
    try {
      return await call(store);
    } finally {
      took.push(performance.now() - began);
    }
  };
  const pinged = performance.now();
  const [ping, ...results] = await Promise.allSettled([
    store.ping().finally(() => expect(performance.now() - pinged).toBeLessThan(2_500)),
    ...calls.map(([, call]) => timed(call)),
  ]);
  return { ping, results, longest: Math.max(...took) };
}

function refusedAsUnavailable(error: unknown): null {
  expect(error).toEqual(unavailable);
  return null;
}

/** Writes to a room on which further writes to it wait, each with a spy of its database command. */
const writes: [string, { word: string; prepare?: (store: Store, other: Store) => unknown; write?: Write }][] = [
  ['an insert', { word: 'insert' }],
  // Another writer took the number: for a second, the room is written separately.
  [
    'an insert where two write',
    { word: 'insert', prepare: (store, other) => send(other, 'plaza').then(() => send(store, 'plaza')) },
  ],
  [
    'a change',
    { word: 'update', write: (store, messageId) => store.change({ roomId: 'plaza', messageId }, { type: 'delete' }) },
  ],
];

type Write = (store: Store, messageId: string) => Promise<unknown>;

const failed = { status: 'rejected', reason: unavailable };

const untilReachable = (store: Store) =>
  eventually(
    () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    20_000,
  );

describe('mongodb, when the database', () => {
  test('is unreachable at the start, the store fails in time', async () => {
    const uri = `mongodb://127.0.0.1:${await freePort()}/?replicaSet=earshot`;
    const began = performance.now();
    await expect(openFrom({ kind: 'mongodb', uri, database: 'test' })).rejects.toEqual(unavailable);
    expect(performance.now() - began).toBeLessThan(5_500);
  });

  test('is killed under load, no acknowledged write is lost, every call ends in time, and calls succeed after its return', async () => {
    await using mongod = await startMongod();
    await using site = await mongoSite(mongod.url);
    const store = await site.open();
    const acknowledged = collect<{ id: string; seq: number }>();
    const sendUntilFailure = async (writer: number) => {
      for (;;) acknowledged.push(await send(store, 'plaza', { userId: `u${writer}` }));
    };
    const writers = Promise.allSettled(upTo(8).map(sendUntilFailure));
    await acknowledged.untilAll((all) => all.length >= 100);
    await mongod.kill();
    expect(await writers).toEqual(upTo(8).map(() => failed));
    const away = await callAll(store);
    expect(away.results).toEqual(calls.map(() => failed));
    expect(away.ping).toEqual(failed);
    expect(away.longest).toBeLessThan(6_000);
    await mongod.start();
    await untilReachable(store);
    const stored = await allChanges(store, 'plaza');
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(stored.length));
    const ids = new Map(stored.map(({ id, seq }) => [id, seq]));
    for (const { id, seq } of acknowledged.all) expect(ids.get(id)).toBe(seq);
    expect((await send(store, 'plaza')).seq).toBe(stored.length + 1);
  }, 60_000);

  test('changes its primary under load, sends either succeed or fail, and none leaves a gap', async () => {
    await using mongod = await startMongod();
    await using site = await mongoSite(mongod.url);
    const stores = [await site.open(), await site.open()];
    const acknowledged = collect<string>();
    let changed = false;
    const sendMany = async (writer: number) => {
      const store = stores[writer % 2] as Store;
      for (let count = 0, after = 0; after < 20; count += 1, after += changed ? 1 : 0) {
        const sent = { userId: `u${writer}`, clientMessageId: `c-${count}`, content: `${writer}/${count}` };
        // A failed message is sent again with its id until it is acknowledged.
        await eventually(() => send(store, 'plaza', sent).catch(refusedAsUnavailable), 20_000);
        acknowledged.push(sent.content);
      }
    };
    const writers = Promise.all(upTo(8).map(sendMany));
    await acknowledged.untilAll((all) => all.length >= 100);
    await using client = await MongoClient.connect(mongod.url);
    await client.db('admin').command({ replSetStepDown: 1, force: true });
    changed = true;
    await writers;
    const stored = await allChanges(stores[0] as Store, 'plaza');
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(stored.length));
    expect(stored.map(({ content }) => content).sort()).toEqual([...acknowledged.all].sort());
  }, 60_000);

  test.concurrent.each(writes)(
    'never answers %s, that call fails in time, and later ones are written',
    async (_, { word, prepare, write = (store) => send(store, 'plaza') }) => {
      await using proxy = await openFlakyProxy(inject('mongodbUri'));
      await using site = await mongoSite(`mongodb://${new URL(proxy.url).host}/?directConnection=true`);
      const [store, other] = [await site.open(), await site.open()];
      const { id } = await send(store, 'plaza');
      await prepare?.(store, other);
      proxy.silence(word);
      await expect(write(store, id)).rejects.toEqual(unavailable);
      proxy.mend();
      await eventually(() => write(store, id).catch(refusedAsUnavailable));
    },
    60_000,
  );

  test('stops answering with open connections, calls end in time, and repeats are stored once', async () => {
    await using mongod = await startMongod();
    await using site = await mongoSite(mongod.url);
    const store = await site.open();
    await send(store, 'plaza');
    mongod.pause();
    const resend = (clientMessageId: string) => send(store, 'plaza', { clientMessageId, content: clientMessageId });
    const began = performance.now();
    const sent = Promise.allSettled(upTo(10).map((n) => resend(`c-${n}`)));
    const silent = await callAll(store);
    expect(silent.results).toEqual(calls.map(() => failed));
    expect(silent.ping).toEqual(failed);
    expect(silent.longest).toBeLessThan(6_000);
    expect(await sent).toEqual(upTo(10).map(() => failed));
    expect(performance.now() - began).toBeLessThan(6_000);
    mongod.resume();
    await untilReachable(store);
    for (const n of upTo(10)) await resend(`c-${n}`);
    const stored = await allChanges(store, 'plaza');
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(stored.length));
    const contents = stored.map(({ content }) => content).filter((content) => content.startsWith('c-'));
    expect(contents.sort()).toEqual(
      upTo(10)
        .map((n) => `c-${n}`)
        .sort(),
    );
  }, 60_000);
});
