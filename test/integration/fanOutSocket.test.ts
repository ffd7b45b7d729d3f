import { describe, expect, test, vi } from 'vitest';
import { Outbound } from '../../packages/server/src/transport/sockets/outbound.ts';
import { startEmbedded } from '../resources/server.ts';
import {
  makeRoom,
  numbers,
  openWatch,
  receivedChanges,
  sendMany,
  startRoom,
  untilShared,
  watching,
} from '../resources/sharedWatches.ts';
import { stockClient } from '../resources/stockClient.ts';

describe('one socket', () => {
  test('two watches of one room: one is stopped during a burst, the other receives everything once', async () => {
    await using room = await startRoom();
    const { server, ada, roomId } = room;
    using socket = await room.openWatch(7);
    socket.send(watching('x', roomId));
    await untilShared(server, 2);
    const burst = sendMany(ada, roomId, 400);
    await socket.texts.until((text) => text.startsWith('{"id":7,') && text.includes('message.created'));
    socket.send({ id: 7, method: 'subscription.stop' });
    await burst;
    await socket.texts.untilAll((all) => receivedChanges(all, 'x').length >= 400);
    await socket.texts.until((text) => text === '{"id":7,"result":{"type":"stopped"}}');
    expect(receivedChanges(socket.texts.all, 'x')).toEqual(numbers(1, 400));
    const first = receivedChanges(socket.texts.all, 7);
    expect(first).toEqual(numbers(1, first.length));
    const stopped = socket.texts.all.indexOf('{"id":7,"result":{"type":"stopped"}}');
    expect(socket.texts.all.slice(stopped + 1).some((text) => text.startsWith('{"id":7,'))).toBe(false);
    expect(server.stats()).toMatchObject({ watchers: 1, sharedWatchers: 1 });
    // The id can be used again.
    socket.send(watching(7, roomId));
    await untilShared(server, 2);
  });

  test('watches of two rooms receive only their own events', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    const [here, there] = [await makeRoom(ada), await makeRoom(bob)];
    using socket = await openWatch(earshot.a, here, watching('here', here));
    socket.send({
      id: 'join 2',
      method: 'mutation',
      params: { path: 'rooms.join', input: { json: { roomId: there } } },
    });
    await socket.texts.until((text) => text.startsWith('{"id":"join 2"'));
    socket.send(watching('there', there));
    await untilShared(earshot.a, 2);
    await Promise.all([sendMany(ada, here, 200), sendMany(bob, there, 300)]);
    await socket.texts.untilAll(
      (all) => receivedChanges(all, 'here').length + receivedChanges(all, 'there').length >= 500,
    );
    expect(receivedChanges(socket.texts.all, 'here')).toEqual(numbers(1, 200));
    expect(receivedChanges(socket.texts.all, 'there')).toEqual(numbers(1, 300));
    await untilShared(earshot.a, 2);
  });

  test('events of one room are written at once, those of several rooms together', async () => {
    await using room = await startRoom();
    const { server, ada, roomId } = room;
    using socket = await room.openWatch(1);
    await untilShared(server, 1);
    using writes = vi.spyOn(Outbound.prototype, 'writeFrames');
    await sendMany(ada, roomId, 1);
    await socket.texts.untilAll((all) => receivedChanges(all, 1).length === 1);
    expect(writes.mock.calls.map(([, more]) => more)).toEqual([false]);
    socket.send(watching(2, roomId));
    await untilShared(server, 2);
    writes.mockClear();
    await sendMany(ada, roomId, 1);
    await socket.texts.untilAll((all) => receivedChanges(all, 2).length === 1);
    expect(writes.mock.calls.map(([, more]) => more)).toEqual([true, true]);
  });

  test('repeated resumes during a burst: no change is missing, none arrives twice', async () => {
    await using room = await startRoom();
    const { ada, roomId } = room;
    let at = 0;
    let sentCount = 0;
    const burst = (async () => {
      for (; sentCount < 1_200; sentCount += 20) await sendMany(ada, roomId, 20);
    })();
    for (let n = 0; at < 1_200; n += 1) {
      using socket = await room.openWatch(n, { lastEventId: String(at) });
      const all = await socket.texts.untilAll(
        (texts) => receivedChanges(texts, n).length > 40 || at + receivedChanges(texts, n).length >= 1_200,
      );
      const received = receivedChanges(all, n);
      expect(received).toEqual(numbers(at + 1, at + received.length));
      at += received.length;
    }
    await burst;
  });

  test('receives no typing of its own user, and returns to the fast path', async () => {
    await using room = await startRoom();
    const { server, ada, roomId } = room;
    using bob = stockClient(server.url, { username: 'Bob' });
    await bob.api.rooms.join.mutate({ roomId });
    using own = ada.watch(roomId);
    using other = bob.watch(roomId);
    await untilShared(server, 2);
    await ada.api.presence.typing.mutate({ roomId, isTyping: true });
    await ada.api.messages.send.mutate({ roomId, content: 'done' });
    await Promise.all([own, other].map((watch) => watch.until(({ event }) => event.type === 'message.created')));
    expect(other.all.some(({ event }) => event.type === 'typing')).toBe(true);
    expect(own.all.some(({ event }) => event.type === 'typing')).toBe(false);
    await untilShared(server, 2);
  });
});
