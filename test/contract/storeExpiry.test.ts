import { limits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { expiredCharsPerStep, expiredPerStep } from '../../packages/server/src/store/expiry.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { allChanges, ascending, send, storeDrivers, upTo } from '../resources/stores.ts';

const start = 1_700_000_000_000;
const day = 24 * 60 * 60 * 1_000;
const at = (days: number) => new Date(start + days * day);
const never = at(-1_000);

/** A clock that tests set, in days. */
function newClock() {
  const clock = { days: 0 };
  return Object.assign(clock, { read: () => start + clock.days * day });
}

const contents = async (store: Store, roomId: string) =>
  (await store.history(roomId, { limit: 100 })).messages.map(({ content }) => content);

/** Deletes what has expired before that day, and had its latest change a day before now. */
async function sweep(
  store: Store,
  roomIds: readonly string[],
  { before, settled = 1_000 }: { before: number; settled?: number },
) {
  const rooms = roomIds.map((roomId) => ({ roomId, before: at(before) }));
  let deleted = 0;
  for (;;) {
    const step = await store.expiry.deleteExpired(rooms, at(settled));
    expect(step.deleted).toBeLessThanOrEqual(expiredPerStep);
    deleted += step.deleted;
    if (!step.hasMore) return { deleted, heads: step.heads };
  }
}

describe.each(storeDrivers)('$driver: expired messages', ({ newSite }) => {
  test('are deleted by their time, with their reactions, and take no number', async () => {
    await using site = await newSite();
    const clock = newClock();
    const store = await site.open(clock.read);
    const old = await send(store, 'plaza', { content: 'old' });
    await store.change({ roomId: 'plaza', messageId: old.id }, { type: 'react', userId: 'ben', emoji: '👍', on: true });
    clock.days = 5;
    for (const content of ['new', 'newest']) await send(store, 'plaza', { content });
    await send(store, 'park', { content: 'elsewhere' });
    const heads = await store.heads(['plaza', 'park']);
    expect(await sweep(store, ['plaza', 'park'], { before: 0 })).toEqual({ deleted: 0, heads: [] });
    expect(await sweep(store, ['plaza'], { before: 4 })).toEqual({ deleted: 1, heads: [] });
    expect(await contents(store, 'plaza')).toEqual(['new', 'newest']);
    expect(await contents(store, 'park')).toEqual(['elsewhere']);
    expect(await store.message({ roomId: 'plaza', messageId: old.id })).toBeNull();
    const own = { userId: 'ben', messageIds: [old.id] };
    expect(await store.ownReactions('plaza', own)).toEqual([{ messageId: old.id, emojis: [] }]);
    expect(await store.personal.reactions.exportOf('ben', { after: null, limit: 10 })).toEqual({
      records: [],
      next: null,
    });
    expect(await store.heads(['plaza', 'park'])).toEqual(heads);
  });

  test('leave a log that continues: the message with the latest change stays, until it is a tombstone and a later change exists', async () => {
    await using site = await newSite();
    const clock = newClock();
    const [store, other] = [await site.open(clock.read), await site.open(clock.read)];
    const [first, last] = [await send(store, 'plaza'), await send(store, 'plaza', { content: 'last' })];
    const head = { roomId: 'plaza', messageId: last.id };
    clock.days = 5;
    expect(await sweep(store, ['plaza'], { before: 4 })).toEqual({ deleted: 1, heads: [head] });
    expect((await store.heads(['plaza'])).get('plaza')).toMatchObject({ seq: 2 });
    expect(await store.lastChange('plaza', first.seq)).toEqual({ seq: 0, time: 0 });
    await store.change(head, { type: 'delete' });
    expect(await sweep(other, ['plaza'], { before: 4 })).toEqual({ deleted: 0, heads: [] });
    expect(await allChanges(store, 'plaza')).toMatchObject([{ seq: 2, updatedSeq: 3, deleted: true }]);
    const next = await send(other, 'plaza', { content: 'next' });
    expect([next.seq, next.timestamp > at(5)]).toEqual([4, true]);
    expect(await sweep(other, ['plaza'], { before: 4 })).toEqual({ deleted: 1, heads: [] });
    expect(await allChanges(store, 'plaza')).toMatchObject([{ seq: 4, content: 'next' }]);
    expect((await send(store, 'plaza')).seq).toBe(5);
  });

  test('stay while a change of theirs may not have reached every feed', async () => {
    await using site = await newSite();
    const clock = newClock();
    const store = await site.open(clock.read);
    const target = { roomId: 'plaza', messageId: (await send(store, 'plaza')).id };
    clock.days = 5;
    await store.change(target, { type: 'delete' });
    await send(store, 'plaza');
    expect(await sweep(store, ['plaza'], { before: 4, settled: 5 })).toEqual({ deleted: 0, heads: [] });
    expect(await sweep(store, ['plaza'], { before: 4, settled: 6 })).toEqual({ deleted: 1, heads: [] });
  });

  test('leave the record of the title, and what is about the room', async () => {
    await using site = await newSite();
    const clock = newClock();
    const store = await site.open(clock.read);
    const user = { userId: 'ana', username: 'Ana' };
    const { room } = await store.namedRoom({ roomId: 'plaza', name: 'Plaza', cell: null, createdBy: 'ana' });
    await store.describe({ roomId: room.id, user, label: 'Plaza', title: 'Chess', topic: undefined });
    await send(store, room.id);
    clock.days = 5;
    await send(store, room.id);
    expect(await sweep(store, [room.id], { before: 4 })).toEqual({ deleted: 1, heads: [] });
    expect(await allChanges(store, room.id)).toMatchObject([{ description: { title: 'Chess' } }, { seq: 3 }]);
    clock.days = 6;
    await store.describe({ roomId: room.id, user, label: 'Plaza', title: 'Go', topic: undefined });
    expect(await sweep(store, [room.id], { before: 7 })).toEqual({ deleted: 1, heads: [] });
    expect(await allChanges(store, room.id)).toMatchObject([{ description: { title: 'Go' } }]);
  });

  test('are all deleted beside those that stay: the record of the title, and the message with the latest change', async () => {
    await using site = await newSite();
    const clock = newClock();
    const store = await site.open(clock.read);
    const user = { userId: 'ana', username: 'Ana' };
    const { room } = await store.namedRoom({ roomId: 'plaza', name: 'Plaza', cell: null, createdBy: 'ana' });
    await store.describe({ roomId: room.id, user, label: 'Plaza', title: 'Chess', topic: undefined });
    const first = await send(store, room.id);
    const count = 2 * expiredPerStep;
    await Promise.all(upTo(count).map(() => send(store, room.id)));
    await store.change({ roomId: room.id, messageId: first.id }, { type: 'delete' });
    clock.days = 5;
    expect(await sweep(store, [room.id], { before: 4 })).toEqual({ deleted: count, heads: [] });
    expect(await allChanges(store, room.id)).toMatchObject([{ description: { title: 'Chess' } }, { deleted: true }]);
  });

  test('are deleted in small steps, by several instances at once, while others send', async () => {
    await using site = await newSite();
    const clock = newClock();
    const [store, other] = [await site.open(clock.read), await site.open(clock.read)];
    const count = 3 * expiredPerStep;
    const rooms = ['a', 'b', 'c'];
    await Promise.all(upTo(count).map((n) => send(store, rooms[n % 3] ?? 'a')));
    const reacted = await send(store, 'a', { content: 'liked' });
    const target = { roomId: 'a', messageId: reacted.id };
    await Promise.all(
      upTo(expiredPerStep + 10).map((n) =>
        store.change(target, { type: 'react', userId: `user ${n}`, emoji: '👍', on: true }),
      ),
    );
    clock.days = 5;
    const sends = Promise.all(upTo(60).map((n) => send(other, rooms[n % 3] ?? 'a', { content: `new ${n}` })));
    const sweeps = await Promise.all([store, other].map((one) => sweep(one, rooms, { before: 4 })));
    await sends;
    sweeps.push(await sweep(store, rooms, { before: 4 }));
    expect(sweeps.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(count + 1);
    for (const roomId of rooms) {
      const left = await allChanges(store, roomId);
      expect(left.every(({ content }) => content.startsWith('new'))).toBe(true);
      const first = left[0]?.seq ?? 0;
      expect(left.map(({ seq }) => seq)).toEqual(upTo(20).map((n) => first + n - 1));
    }
  });

  test('of a great length are deleted a few at a time', async () => {
    await using site = await newSite();
    const clock = newClock();
    const store = await site.open(clock.read);
    const content = 'x'.repeat(limits.messageChars);
    const count = Math.ceil((3 * expiredCharsPerStep) / content.length);
    for (const _ of upTo(count)) await send(store, 'plaza', { content });
    clock.days = 5;
    await send(store, 'plaza');
    expect((await sweep(store, ['plaza'], { before: 4 })).deleted).toBe(count);
  });

  test('rooms are listed in one order, each once', async () => {
    await using site = await newSite();
    const store = await site.open();
    const named = upTo(5).map((n) =>
      store.namedRoom({ roomId: `room ${n}`, name: 'Room', cell: null, createdBy: 'ana' }),
    );
    const near = ['88283082b9fffff', '881f1d4887fffff'].map((cell) =>
      store.nearestOrNewRoom({ cell, radius: 0, name: 'Room', createdBy: 'ana' }),
    );
    const made = await Promise.all([...named, ...near]);
    const listed: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: string[] = await store.expiry.roomsAfter(after, 2);
      listed.push(...page);
      if (page.length < 2) break;
      after = page.at(-1) ?? null;
    }
    expect(listed).toHaveLength(7);
    expect(new Set(listed)).toEqual(new Set(made.map(({ room }) => room.id)));
  });

  test('a sweep is taken by one instance at a time, and continues where it was', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const taken = await Promise.all([store, other].map(({ expiry }) => expiry.take('allRooms', at(0), at(1))));
    expect(taken.filter((one) => one !== null)).toEqual([{ after: null }]);
    expect(await other.expiry.take('ownTimes', at(0), at(1))).toEqual({ after: null });
    await store.expiry.save('allRooms', { after: 'plaza', dueAt: at(2) });
    expect(await other.expiry.take('allRooms', at(1), at(3))).toBeNull();
    expect(await other.expiry.take('allRooms', at(2), at(3))).toEqual({ after: 'plaza' });
    expect(await store.expiry.take('allRooms', at(2), at(3))).toBeNull();
    await other.expiry.save('allRooms', { after: null, dueAt: at(4) });
    expect(await store.expiry.take('allRooms', at(4), at(5))).toEqual({ after: null });
  });

  test('nothing is found where nothing has expired', async () => {
    await using site = await newSite();
    const store = await site.open();
    await send(store, 'plaza');
    expect(await store.expiry.deleteExpired([], never)).toEqual({ deleted: 0, hasMore: false, heads: [] });
    expect(await store.expiry.deleteExpired([{ roomId: 'nowhere', before: at(0) }], at(1))).toEqual({
      deleted: 0,
      hasMore: false,
      heads: [],
    });
    expect(ascending([...(await store.heads(['plaza'])).values()].map(({ seq }) => seq))).toEqual([1]);
  });
});
