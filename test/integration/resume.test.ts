import { limits, type RoomEvent } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { stockClient, type Watch } from '../resources/stockClient.ts';

const changes = (watch: Watch) => watch.all.filter(({ event }) => event.type.startsWith('message.'));
const content = (event: RoomEvent) => ('message' in event ? event.message.content : '');

describe.each(deployments)('$name: resuming', ({ start }) => {
  test('on the other instance with the last event id: exactly the missed changes, then live', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const bob = stockClient(earshot.a.url, { username: 'Bob' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    await bob.api.rooms.join.mutate({ roomId });
    const before = bob.watch(roomId);
    await before.until(({ event }) => event.type === 'snapshot');
    await ada.api.messages.send.mutate({ roomId, content: 'seen' });
    await before.until(({ event }) => content(event) === 'seen');
    await bob.close();

    for (const text of ['missed 1', 'missed 2']) await ada.api.messages.send.mutate({ roomId, content: text });
    using back = stockClient(earshot.b.url, { username: 'Bob' });
    using after = back.watch(roomId, { lastEventId: before.all.at(-1)?.id ?? '' });
    await after.until(({ event }) => content(event) === 'missed 2');
    await ada.api.messages.send.mutate({ roomId, content: 'live' });
    await after.until(({ event }) => content(event) === 'live');
    expect(changes(after).map(({ seq, event }) => `${seq} ${content(event)}`)).toEqual([
      '2 missed 1',
      '3 missed 2',
      '4 live',
    ]);
    expect(after.all.some(({ event }) => event.type === 'snapshot' || event.type === 'reset')).toBe(false);
  });

  test('with nothing missed, in a silent room: no start, only new events', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const { id: roomId } = room;
    await ada.api.messages.send.mutate({ roomId, content: 'old' });
    using watch = ada.watch(roomId, { lastEventId: '1' });
    using probe = stockClient(earshot.b.url, { username: 'Ada' }).watch(roomId);
    await probe.until(({ event }) => event.type === 'snapshot');
    await ada.api.messages.send.mutate({ roomId, content: 'new' });
    await watch.until(({ event }) => content(event) === 'new');
    expect(changes(watch).map(({ seq }) => seq)).toEqual([2]);
  });

  test('an edit of an old message is not missed', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    const first = await ada.api.messages.send.mutate({ roomId, content: 'draft' });
    await ada.api.messages.send.mutate({ roomId, content: 'second' });
    await ada.api.messages.edit.mutate({ roomId, messageId: first.id, content: 'final' });
    using watch = stockClient(earshot.b.url, { username: 'Ada' }).watch(roomId, { lastEventId: '2' });
    const edit = await watch.until(({ event }) => content(event) === 'final');
    expect(edit).toMatchObject({ seq: 3, event: { type: 'message.updated', message: { seq: 1, updatedSeq: 3 } } });
  });

  test.each([
    ['ahead of the room', '999'],
    ['too far behind', '0'],
  ])('from a position %s: a reset with the newest messages', async (_where, lastEventId) => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    const total = lastEventId === '0' ? limits.missedChangesMax + 1 : 3;
    for (let sent = 0; sent < total; sent += 100) {
      const batch = Array.from({ length: Math.min(100, total - sent) }, (_, i) => `${sent + i}`);
      await Promise.all(batch.map((text) => ada.api.messages.send.mutate({ roomId, content: text })));
    }
    using watch = ada.watch(roomId, { lastEventId, history: 2 });
    const reset = await watch.until(() => true);
    expect(reset).toMatchObject({ seq: total, event: { type: 'reset', room: { id: roomId } } });
    expect(reset.event).toMatchObject({ messages: [{ seq: total - 1 }, { seq: total }] });
  });

  test('a fresh watch has the requested number of newest messages, oldest first', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    for (let i = 1; i <= 5; i++) await ada.api.messages.send.mutate({ roomId, content: `${i}` });
    using watch = ada.watch(roomId, { history: 3 });
    const { seq, event } = await watch.until(() => true);
    expect(seq).toBe(5);
    expect(event).toMatchObject({ type: 'snapshot', messages: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] });
    const page = await ada.api.messages.history.query({ roomId, before: 3, limit: 2 });
    expect(page).toMatchObject({ messages: [{ seq: 1 }, { seq: 2 }], hasMore: false });
  });
});
