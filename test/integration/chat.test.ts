import { formatPosition, positionOf } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

describe.each(deployments)('$name: nearby users', ({ start }) => {
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
