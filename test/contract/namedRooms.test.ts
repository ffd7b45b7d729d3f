import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, openStore, type Store } from '@earshot/server';
import { newId } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import { somewhere } from '../resources/places.ts';

const log = createLogger('silent');

const drivers = [
  {
    name: 'sqlite',
    open: async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'earshot-store-'));
      const store = await openStore({ kind: 'sqlite', dataDir }, log);
      return { store, remove: () => rm(dataDir, { recursive: true }) };
    },
  },
  {
    name: 'mongodb',
    open: async () => {
      const database = `test_${newId()}`;
      const store = await openStore({ kind: 'mongodb', uri: inject('mongodbUri'), database }, log);
      return { store, remove: async () => {} };
    },
  },
] as const;

describe.each(drivers)('$name: rooms named by clients, and their history by time', ({ open }) => {
  let store: Store;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(async () => {
    await store.close();
    await remove();
  });

  const named = (roomId: string, cell: string | null = null) =>
    store.namedRoom({ roomId, name: 'A name', cell, createdBy: 'ada' });

  test('ten concurrent calls create one room, which is found by its id', async () => {
    const roomId = `room ${newId()}`;
    const made = await Promise.all(Array.from({ length: 10 }, () => named(roomId)));
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(made.map(({ room }) => room.id))).toEqual(new Set([roomId]));
    expect(await store.room(roomId)).toMatchObject({ id: roomId, name: 'A name', cell: null, lastMessageAt: null });
  });

  test('a room with a location is found by it and keeps it', async () => {
    const place = somewhere();
    const here = cellOf(place);
    const roomId = `${place.latitude}_${place.longitude}`;
    await named(roomId, here);
    expect((await named(roomId, cellOf(somewhere()))).room.cell).toBe(here);
    const near = await store.nearestOrNewRoom({
      cell: here,
      radius: 500,
      name: 'Another',
      createdBy: 'bob',
    });
    expect(near).toMatchObject({ isNew: false, room: { id: roomId } });
    expect(await store.roomsNear(here, 500, 10)).toMatchObject([{ room: { id: roomId }, distance: 0 }]);
  });

  test('concurrent messages have different times that ascend with their numbers', async () => {
    const roomId = newId();
    const sent = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        store.append({ roomId, userId: 'ada', username: 'Ada', content: String(i) }),
      ),
    );
    const times = sent.map(({ message }) => message).sort((a, b) => a.seq - b.seq);
    for (const [i, message] of times.entries()) {
      if (i > 0) expect(message.timestamp.getTime()).toBeGreaterThan(times[i - 1]?.timestamp.getTime() ?? 0);
    }
  });

  test('paging back by the oldest time returns every message once, in pages of the limit, oldest first', async () => {
    const roomId = newId();
    const other = newId();
    for (let i = 0; i < 25; i += 1) {
      const { message } = await store.append({ roomId, userId: 'ada', username: 'Ada', content: String(i) });
      await store.append({ roomId: other, userId: 'ada', username: 'Ada', content: 'elsewhere' });
      if (i % 5 === 0) await store.change({ roomId, messageId: message.id }, { type: 'edit', content: `${i}` });
    }
    const seen: string[] = [];
    let before: Date | undefined;
    for (;;) {
      const page = await store.historyBefore(roomId, { before, limit: 10 });
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(10);
      seen.unshift(...page.map(({ content }) => content));
      before = page[0]?.timestamp;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => String(i)));
    expect(await store.historyBefore(newId(), { limit: 10 })).toEqual([]);
  });

  test('after an edit, the next message is still later than the previous one', async () => {
    const roomId = newId();
    const send = () => store.append({ roomId, userId: 'ada', username: 'Ada', content: 'x' });
    const first = await send();
    const [, second] = await Promise.all([
      store.change({ roomId, messageId: first.message.id }, { type: 'edit', content: 'y' }),
      send(),
    ]);
    const third = await send();
    expect(second.message.timestamp.getTime()).toBeGreaterThan(first.message.timestamp.getTime());
    expect(third.message.timestamp.getTime()).toBeGreaterThan(second.message.timestamp.getTime());
  });
});

/** Earshot's messages have different times. Those of the original service may share one. */
describe('many messages with the same time', () => {
  test('a page is not cut between messages of the same time', async () => {
    const client = await MongoClient.connect(inject('mongodbUri'));
    const database = `test_${newId()}`;
    const store = await openStore({ kind: 'mongodb', uri: inject('mongodbUri'), database }, log);
    try {
      const roomId = newId();
      const at = (i: number) => new Date(1_700_000_000_000 + Math.floor(i / 7) * 1_000);
      await client
        .db(database)
        .collection('messages')
        .insertMany(
          Array.from({ length: 21 }, (_, i) => ({
            room_id: roomId,
            seq: i + 1,
            updated_seq: i + 1,
            taken_seqs: [i + 1],
            user_id: 'ada',
            username: 'Ada',
            content: String(i),
            timestamp: at(i),
            edited_at: null,
            deleted: false,
            reactions: [],
          })),
        );
      const seen: string[] = [];
      for (let before: Date | undefined; seen.length < 21; ) {
        const page = await store.historyBefore(roomId, { before, limit: 4 });
        expect(page).toHaveLength(7);
        seen.unshift(...page.map(({ content }) => content));
        before = page[0]?.timestamp;
      }
      expect(seen).toEqual(Array.from({ length: 21 }, (_, i) => String(i)));
    } finally {
      await store.close();
      await client.close();
    }
  });
});
