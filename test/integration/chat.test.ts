import { formatPosition, positionOf } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { north, somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

describe.each(deployments)('$name: nearby users', ({ start }) => {
  test('800 m apart share a room, 48 km apart do not', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using bob = stockClient(earshot.b.url, { username: 'Bob' });
    const here = somewhere();
    const first = await ada.api.rooms.join.mutate({ location: here });
    const near = await bob.api.rooms.join.mutate({ location: north(here, 800) });
    const far = await bob.api.rooms.join.mutate({ location: north(here, 48_000) });
    expect(first).toMatchObject({ isNew: true, userCount: 0 });
    expect(near).toMatchObject({ isNew: false, room: { id: first.room.id } });
    expect(far.isNew).toBe(true);
    const around = await ada.api.rooms.nearby.query({ location: here, radius: 50_000 });
    expect(around.map(({ id }) => id)).toEqual([first.room.id, far.room.id]);
    expect(around[0]?.distance).toBeLessThanOrEqual(1_000); // to the published location: the centre of the cell
    expect(around[1]?.distance).toBe(50_000);
  });

  test('100 concurrent joins at one location create one room', async () => {
    await using earshot = await start();
    const here = somewhere();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using bob = stockClient(earshot.b.url, { username: 'Bob' });
    const joins = Array.from({ length: 100 }, (_, i) => (i % 2 ? ada : bob).api.rooms.join.mutate({ location: here }));
    const joined = await Promise.all(joins);
    expect(new Set(joined.map(({ room }) => room.id)).size).toBe(1);
    expect(joined.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test('they receive messages, edits, deletions, reactions, joins and leaves', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    using bob = stockClient(earshot.b.url, { username: 'Bob', userId: 'bob' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    await bob.api.rooms.join.mutate({ roomId });

    using adaWatch = ada.watch(roomId);
    const snapshot = await adaWatch.until(({ event }) => event.type === 'snapshot');
    expect(snapshot).toMatchObject({ id: '0-0', event: { userCount: 1, messages: [], room: { id: roomId } } });
    const bobWatch = bob.watch(roomId);
    await adaWatch.until(
      ({ event }) => event.type === 'user.joined' && event.user.userId === 'bob' && event.userCount === 2,
    );
    expect(await ada.api.presence.list.query({ roomId })).toEqual([
      { userId: 'ada', username: 'Ada' },
      { userId: 'bob', username: 'Bob' },
    ]);

    using bobsPhone = stockClient(earshot.a.url, { username: 'Bob', userId: 'bob' });
    using phoneWatch = bobsPhone.watch(roomId);
    await phoneWatch.until(({ event }) => event.type === 'snapshot');
    await bob.api.presence.typing.mutate({ roomId, isTyping: true });
    await adaWatch.until(({ event }) => event.type === 'typing' && event.user.userId === 'bob' && event.isTyping);

    const sent = await bob.api.messages.send.mutate({ roomId, content: '  Hello, Ada \u{1f44b} ' });
    expect(sent).toMatchObject({
      seq: 1,
      updatedSeq: 1,
      content: 'Hello, Ada \u{1f44b}',
      userId: 'bob',
      editedAt: null,
    });
    expect(sent.timestamp).toBeInstanceOf(Date);
    const seen = await adaWatch.until(({ event }) => event.type === 'message.created');
    expect(seen).toEqual({
      id: formatPosition(positionOf(sent)),
      seq: 1,
      event: { type: 'message.created', message: sent },
    });

    const messageId = sent.id;
    await ada.api.messages.react.mutate({ roomId, messageId, emoji: '\u{1f389}', on: true });
    const edited = await bob.api.messages.edit.mutate({ roomId, messageId, content: 'Hello!' });
    expect(edited).toMatchObject({
      seq: 1,
      updatedSeq: 3,
      content: 'Hello!',
      reactions: [{ emoji: '\u{1f389}', count: 1, userIds: ['ada'] }],
    });
    expect(edited.editedAt).toBeInstanceOf(Date);
    await bob.api.messages.delete.mutate({ roomId, messageId });
    for (const roomWatch of [bobWatch, phoneWatch]) {
      await roomWatch.until(({ seq }) => seq === 4);
      expect(roomWatch.all.some(({ event }) => event.type === 'typing')).toBe(false); // their own typing is not delivered to them
    }
    phoneWatch.stop();
    for (const roomWatch of [adaWatch, bobWatch]) {
      await roomWatch.until(({ seq }) => seq === 4);
      const changes = roomWatch.all.filter(({ event }) => /^(message|reaction)\./.test(event.type));
      expect(changes.map(({ seq, event }) => `${seq} ${event.type}`)).toEqual([
        '1 message.created',
        '2 reaction.changed',
        '3 message.updated',
        '4 message.updated',
      ]);
    }
    const { messages } = await ada.api.messages.history.query({ roomId });
    expect(messages).toMatchObject([{ id: messageId, deleted: true, content: '', reactions: [], updatedSeq: 4 }]);

    bobWatch.stop();
    await adaWatch.until(
      ({ event }) => event.type === 'user.left' && event.user.userId === 'bob' && event.userCount === 1,
    );
  });

  test('leaving ends the membership and the watches, on every instance', async () => {
    await using earshot = await start();
    using here = stockClient(earshot.a.url, { username: 'Ada' });
    using there = stockClient(earshot.b.url, { username: 'Ada' });
    const { room } = await here.api.rooms.join.mutate({ location: somewhere() });
    using watch = there.watch(room.id);
    await watch.until(({ event }) => event.type === 'snapshot');
    await here.api.rooms.leave.mutate({ roomId: room.id });
    expect(await watch.untilEnd()).toBeUndefined();
    for (const { api } of [here, there]) {
      await expect(api.messages.send.mutate({ roomId: room.id, content: 'still here?' })).rejects.toMatchObject({
        data: { errorCode: 'NOT_A_MEMBER', httpStatus: 403 },
      });
    }
  });

  test('a user with several connections is present once, until the last one closes', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using phone = stockClient(earshot.a.url, { username: 'Bob' });
    using laptop = stockClient(earshot.b.url, { username: 'Bob' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    await phone.api.rooms.join.mutate({ roomId: room.id });
    using roomWatch = ada.watch(room.id);
    await roomWatch.until(({ event }) => event.type === 'snapshot');
    using first = phone.watch(room.id);
    using second = laptop.watch(room.id);
    await second.until(({ event }) => event.type === 'snapshot' && event.userCount === 2);
    await first.until(({ event }) => event.type === 'snapshot' && event.userCount === 2);
    first.stop();
    await ada.api.messages.send.mutate({ roomId: room.id, content: 'marker' });
    second.stop();
    await roomWatch.until(({ event }) => event.type === 'user.left');
    const received = roomWatch.all.map(({ event }) => event.type).filter((type) => type !== 'snapshot');
    expect(received).toEqual(['user.joined', 'message.created', 'user.left']);
  });

  test('after all clients have closed, no resources remain', async () => {
    await using earshot = await start();
    const crowd = Array.from({ length: 40 }, (_, i) =>
      stockClient((i % 2 ? earshot.a : earshot.b).url, { username: `User ${i}` }),
    );
    const location = somewhere();
    const watches = await Promise.all(
      crowd.map(async ({ api, watch }) => {
        const { room } = await api.rooms.join.mutate({ location });
        return watch(room.id);
      }),
    );
    await Promise.all(watches.slice(0, 20).map((watch) => watch.until(({ event }) => event.type === 'snapshot')));
    await Promise.all(crowd.map((client) => client.close()));
    const nothing = { sockets: 0, openFeeds: 0, watchers: 0, sharedWatchers: 0, subscribedRooms: 0 };
    for (const { stats } of [earshot.a, earshot.b]) {
      await eventually(() => JSON.stringify(stats()) === JSON.stringify(nothing));
    }
  });
});
