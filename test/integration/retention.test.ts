import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { type ClockedServers, startClocked } from '../resources/clockedServers.ts';
import { eventually } from '../resources/collect.ts';
import { openLegacy } from '../resources/legacyClient.ts';
import { createModerated, refusal } from '../resources/moderation.ts';
import { somewhere } from '../resources/places.ts';
import { type StockClient, stockClient, type Watched } from '../resources/stockClient.ts';
import type { TransportClient } from '../resources/transports.ts';

const day = 24 * 60 * 60_000;
const weekly = { MESSAGE_TTL_DAYS: '7' };

const contents = async ({ api }: TransportClient, roomId: string) =>
  (await api.messages.history.query({ roomId })).messages.map(({ content }) => content);

/** The events of a watch that begins now, up to a message that is sent after it began. */
async function eventsFrom({ api, watch }: TransportClient, roomId: string, lastEventId?: string) {
  using watched = watch(roomId, lastEventId === undefined ? { history: 10 } : { lastEventId });
  // Otherwise the first event may contain the mark.
  if (lastEventId === undefined) await watched.until(({ event }) => event.type === 'snapshot');
  const mark = `mark ${newId()}`;
  await api.messages.send.mutate({ roomId, content: mark });
  // The start of the watch has it if the message is sent first.
  await watched.until(({ event }) => JSON.stringify(event).includes(mark));
  return watched.all.map(({ event }) => event);
}

/** Messages that were deleted because they had expired, on all instances. */
async function deletedCount({ a, b }: ClockedServers): Promise<number> {
  const texts = await Promise.all([...new Set([a, b])].map(async ({ metricsUrl }) => (await fetch(metricsUrl)).text()));
  const counts = texts.map((text) => Number(/^earshot_messages_expired_total (\d+)$/m.exec(text)?.[1] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

describe.each(['sqlite', 'mongodb'] as const)('messages that have expired, %s', (kind) => {
  test('are in no answer, before they are deleted', async () => {
    await using earshot = await startClocked(kind, { env: weekly, deletes: false });
    const { clock, a, b } = earshot;
    using made = await createModerated(earshot);
    const { ada, bob, room, send, watch } = made;
    const { id: roomId } = room;
    expect(room.messageTtlMs).toBe(7 * day);
    const first = await watch.until(({ event }) => event.type === 'snapshot');
    const { id: messageId } = await send('old text');
    await bob.api.messages.edit.mutate({ roomId, messageId, content: 'old text, edited' });
    clock.days = 6.9;
    expect(await contents(ada, roomId)).toEqual(['old text, edited']);
    await send('newer');
    clock.days = 7.1;
    for (const one of [ada, bob]) {
      expect(await contents(one, roomId)).toEqual(['newer']);
      const { messages, hasMore } = await one.api.messages.history.query({ roomId, after: 1, limit: 1 });
      expect([messages[0]?.content, hasMore]).toEqual(['newer', false]);
      const reaction = { roomId, messageId, emoji: '👍', on: true };
      await expect(one.api.messages.react.mutate(reaction)).rejects.toMatchObject(refusal('MESSAGE_NOT_FOUND'));
    }
    const edit = bob.api.messages.edit.mutate({ roomId, messageId, content: 'again' });
    await expect(edit).rejects.toMatchObject(refusal('MESSAGE_NOT_FOUND'));
    await expect(ada.api.reports.file.mutate({ roomId, messageId, reason: 'spam' })).rejects.toMatchObject(
      refusal('MESSAGE_NOT_FOUND'),
    );
    const page = await fetch(`${b.url}/messages/${roomId}`);
    expect([page.status, await page.text()]).toEqual([200, expect.not.stringContaining('old text')]);
    using legacy = await openLegacy(a.url, roomId);
    legacy.send({ type: 'Join', location_id: roomId, user_id: 'cleo', username: 'Cleo', token: '' });
    expect(JSON.stringify(await legacy.until('MessageHistory'))).not.toContain('old text');
    for (const one of [ada, bob]) {
      const seen = [await eventsFrom(one, roomId), await eventsFrom(one, roomId, first.id)];
      expect(JSON.stringify(seen)).not.toContain('old text');
      expect(JSON.stringify(seen)).toContain('newer');
    }
    clock.days = 15;
    const nearby = await ada.api.rooms.nearby.query({ location: room.place ?? somewhere() });
    expect(nearby.find(({ id }) => id === roomId)?.preview).toBeNull();
  });

  test('a repeat of a send, and a report, say that the message is gone', async () => {
    await using earshot = await startClocked(kind, { env: weekly, deletes: false });
    const { clock } = earshot;
    using made = await createModerated(earshot);
    const { ada, bob, room, scope } = made;
    const input = { roomId: room.id, content: 'old text', clientMessageId: newId() };
    const sent = await bob.api.messages.send.mutate(input);
    expect(await bob.api.messages.send.mutate(input)).toEqual(sent);
    await ada.api.reports.file.mutate({ roomId: room.id, messageId: sent.id, reason: 'spam' });
    const now = async () => (await ada.api.reports.list.query({ scope })).reports.map(({ messageNow }) => messageNow);
    expect(await now()).toEqual([{ state: 'unchanged', content: '' }]);
    clock.days = 7.1;
    expect(await bob.api.messages.send.mutate(input)).toEqual({ ...sent, content: '', deleted: true });
    expect(await now()).toEqual([{ state: 'expired', content: '' }]);
  });

  test('are deleted on all instances; watchers receive the deletion of the last one of a room, and resume from any position', async () => {
    await using earshot = await startClocked(kind, { env: weekly, deletes: true });
    const { clock } = earshot;
    using made = await createModerated(earshot);
    const { ada, bob, room, send, watch } = made;
    const { id: roomId } = room;
    const first = await watch.until(({ event }) => event.type === 'snapshot');
    for (const content of ['one', 'two', 'three']) await send(content);
    const sent = await send('last');
    const live = await watch.until(({ event }) => event.type === 'message.created' && event.message.id === sent.id);
    clock.days = 8;
    const gone = await watch.until(({ event }) => event.type === 'message.updated' && event.message.id === sent.id);
    expect(gone.event).toMatchObject({ message: { deleted: true, content: '' } });
    await eventually(async () => (await deletedCount(earshot)) === 3);
    expect(await contents(ada, roomId)).toEqual([]);
    await send('new');
    // The tombstone goes after the next change.
    await eventually(async () => (await deletedCount(earshot)) === 4);
    for (const one of [ada, bob]) {
      for (const id of [first.id, live.id, gone.id, '1', '3']) {
        const events = await eventsFrom(one, roomId, id);
        expect(events.some(({ type }) => type === 'reset')).toBe(false);
        const created = events.flatMap((event) => (event.type === 'message.created' ? event.message.content : []));
        expect(created[0]).toBe('new');
      }
    }
  });

  test('expire by the time of their room, which can only be shorter', async () => {
    await using earshot = await startClocked(kind, { env: { MESSAGE_TTL_DAYS: '30' }, deletes: true });
    const { clock } = earshot;
    using made = await createModerated(earshot);
    using elsewhere = await createModerated(earshot);
    const { ada, bob, room, send, watch } = made;
    const { id: roomId } = room;
    await elsewhere.send('elsewhere');
    await send('old');
    const rules = (messageTtlMs: number) =>
      watch.until(({ event }) => event.type === 'room.rules' && event.messageTtlMs === messageTtlMs);
    await ada.api.moderation.setRetention.mutate({ roomId, days: 60 });
    expect(await ada.api.rooms.get.query({ roomId })).toMatchObject({ messageTtlMs: 30 * day });
    await ada.api.moderation.setRetention.mutate({ roomId, days: 2, reason: 'private' });
    await rules(2 * day);
    expect(await bob.api.rooms.get.query({ roomId })).toMatchObject({ messageTtlMs: 2 * day });
    const { entries } = await ada.api.moderation.audit.query({ roomId });
    expect(entries[0]).toMatchObject({
      action: 'setRetention',
      reason: 'private',
      detail: { type: 'retention', days: 2 },
    });
    clock.days = 3;
    await watch.until(({ event }) => event.type === 'message.updated' && event.message.deleted);
    expect(await contents(bob, roomId)).toEqual([]);
    expect(await contents(elsewhere.ada, elsewhere.room.id)).toEqual(['elsewhere']);
    await ada.api.moderation.setRetention.mutate({ roomId, days: null });
    await eventually(async () => (await bob.api.rooms.get.query({ roomId })).messageTtlMs === 30 * day);
  });

  test('a page from memory has them again if they are to be kept for longer, before they are deleted', async () => {
    await using earshot = await startClocked(kind, { env: {}, deletes: false });
    const { clock } = earshot;
    using made = await createModerated(earshot);
    const { ada, bob, room, send } = made;
    const { id: roomId } = room;
    for (const content of ['one', 'two']) await send(content);
    using watch = ada.watch(roomId);
    await watch.until(({ event }) => event.type === 'snapshot');
    clock.days = 3;
    await send('three');
    for (const [days, expected] of [
      [2, ['three']],
      [5, ['one', 'two', 'three']],
      [1, ['three']],
      [null, ['one', 'two', 'three']],
    ] as const) {
      await ada.api.moderation.setRetention.mutate({ roomId, days });
      for (const one of [ada, bob])
        await eventually(async () => JSON.stringify(await contents(one, roomId)) === JSON.stringify(expected));
    }
  });
});

test('no file has a byte of messages that were deleted because they had expired', async () => {
  await using earshot = await startClocked('sqlite', { env: weekly, deletes: true });
  const { folder } = earshot;
  using made = await createModerated(earshot);
  const marker = `marker${newId()}`;
  for (const length of [1, 10, 40]) await made.send(`${marker} `.repeat(length).trim());
  const isInFolder = async () => {
    const entries = await readdir(folder ?? '', { recursive: true, withFileTypes: true });
    const files = entries.filter((one) => one.isFile());
    const found = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
    return found.some((bytes) => bytes.includes(marker));
  };
  expect(await isInFolder()).toBe(true);
  earshot.clock.days = 8;
  await expect.poll(isInFolder, { timeout: 20_000, interval: 200 }).toBe(false);
});

describe.each(['sqlite', 'mongodb'] as const)('while messages are deleted, %s', (kind) => {
  test('watchers who stay, and those who resume repeatedly, miss nothing that has not expired', async () => {
    await using earshot = await startClocked(kind, { env: { MESSAGE_TTL_DAYS: '1' }, deletes: true });
    using made = await createModerated(earshot);
    const { ada, bob, watch, room, send } = made;
    const { id: roomId } = room;
    const resuming: StockClient[] = [];
    using stack = new DisposableStack();
    for (const { url } of [earshot.a, earshot.b]) {
      const cleo = stack.use(stockClient(url, { username: 'Cleo', userId: `cleo ${newId()}` }));
      await cleo.api.rooms.join.mutate({ roomId });
      resuming.push(cleo);
    }
    const sent: string[] = [];
    const sendAll = async () => {
      for (let n = 0; n < 120; n += 1) {
        const { id: messageId } = await send(`text ${n}`);
        sent.push(messageId);
        if (n % 7 === 0) await bob.api.messages.edit.mutate({ roomId, messageId, content: `edited ${n}` });
        earshot.clock.days += 0.1; // the last ten messages have not expired
      }
      sent.push((await send('end')).id);
    };
    const isEnd = ({ event }: Watched) => event.type === 'message.created' && event.message.content === 'end';
    const createdIn = (all: readonly Watched[]) =>
      all.flatMap(({ event }) => (event.type === 'message.created' ? event.message.id : []));
    /** Returns what a watcher sees who is interrupted after every few events. */
    const resumeOften = async (client: StockClient, index: number) => {
      const all: Watched[] = [];
      while (!all.some(isEnd)) {
        const lastEventId = all.at(-1)?.id;
        using watched = client.watch(roomId, lastEventId === undefined ? { history: 0 } : { lastEventId });
        const count = 1 + ((all.length + index) % 5);
        await watched.untilAll((some) => some.length >= count || some.some(isEnd));
        all.push(...watched.all);
      }
      expect(all.some(({ event }) => event.type === 'reset')).toBe(false);
      return createdIn(all);
    };
    const [, ...all] = await Promise.all([sendAll(), ...resuming.map(resumeOften)]);
    await watch.until(isEnd);
    expect(createdIn(watch.all)).toEqual(sent);
    for (const seen of all) {
      expect(seen).toEqual(sent.filter((id) => seen.includes(id)));
      expect(seen.slice(-10)).toEqual(sent.slice(-10));
    }
    const { messages } = await ada.api.messages.history.query({ roomId });
    expect(messages.map(({ id }) => id)).toEqual(sent.slice(-messages.length));
    expect(messages.length).toBeLessThanOrEqual(11);
  });
});
