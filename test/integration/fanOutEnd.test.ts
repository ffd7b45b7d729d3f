import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';
import {
  makeRoom,
  numbers,
  receivedChanges,
  sendMany,
  startRoom,
  untilShared,
  watching,
} from '../resources/sharedWatches.ts';
import { stockClient } from '../resources/stockClient.ts';

describe('the end of a shared watch', () => {
  test('by leaving the room: the watch ends, those of others continue', async () => {
    await using room = await startRoom();
    const { server, ada, roomId } = room;
    using bob = stockClient(server.url, { username: 'Bob' });
    await bob.api.rooms.join.mutate({ roomId });
    using staying = ada.watch(roomId);
    using leaving = bob.watch(roomId);
    await untilShared(server, 2);
    await bob.api.rooms.leave.mutate({ roomId });
    await leaving.untilEnd();
    await ada.api.messages.send.mutate({ roomId, content: 'alone' });
    await staying.until(({ event }) => event.type === 'message.created');
    expect(leaving.all.some(({ event }) => event.type === 'message.created')).toBe(false);
    expect(server.stats()).toMatchObject({ watchers: 1, sharedWatchers: 1 });
  });

  test('by an expired token: the error follows the last event, then the socket closes with 4410', async () => {
    const secret = 'a secret of more than 32 characters, for tests alone';
    await using earshot = await startEmbedded({ env: { JWT_SECRET: secret, ALLOW_GUESTS: 'true' } });
    const key = new TextEncoder().encode(secret);
    // The server accepts an expired token for five seconds.
    const sign = (until: Date) =>
      new SignJWT({ sub: 'ada', username: 'Ada' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(until)
        .sign(key);
    using other = stockClient(earshot.a.url, { token: await sign(new Date(Date.now() + 60_000)) });
    const roomId = await makeRoom(other);
    using socket = await openRaw(earshot.a.url, { identity: { token: await sign(new Date(Date.now() - 2_500)) } });
    socket.send(watching(1, roomId));
    await untilShared(earshot.a, 1);
    await other.api.messages.send.mutate({ roomId, content: 'in time' });
    await socket.frames.until((frame) => JSON.stringify(frame).includes('in time'));
    expect(earshot.a.stats().sharedWatchers).toBe(1);
    expect((await socket.closed).code).toBe(4410);
    expect(JSON.stringify(socket.frames.all.slice(-2))).toMatch(/TOKEN_EXPIRED.*stopped/);
    await eventually(() => earshot.a.stats().sharedWatchers === 0 && earshot.a.stats().watchers === 0);
  });

  test('by a server that stops during a burst: 1012, and the events before are complete', async () => {
    await using room = await startRoom();
    const { server, ada, roomId } = room;
    using socket = await room.openWatch(1);
    await untilShared(server, 1);
    const burst = sendMany(ada, roomId, 300).catch(() => {});
    await socket.texts.until((text) => text.includes('message.created'));
    await server.close();
    expect((await socket.closed).code).toBe(1012);
    await ada.close();
    await burst;
    const received = receivedChanges(socket.texts.all, 1);
    expect(received).toEqual(numbers(1, received.length));
    expect(server.stats()).toMatchObject({ watchers: 0, sharedWatchers: 0, openFeeds: 0 });
  });
});

test('much coming and going leaves nothing', async () => {
  await using room = await startRoom();
  const { server, ada, roomId } = room;
  let talking = true;
  const burst = (async () => {
    while (talking) await ada.api.messages.send.mutate({ roomId, content: 'on and on' });
  })();
  await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const socket = await room.openWatch(n);
      await socket.texts.untilAll((all) => receivedChanges(all, n).length > n % 7);
      if (n % 3 === 0) socket.ws.terminate();
      else if (n % 3 === 1) socket.ws.close();
      else socket.send({ id: n, method: 'subscription.stop' });
      if (n % 3 === 2) {
        await socket.texts.until((text) => text.includes('stopped'));
        socket.ws.close();
      }
      await socket.closed;
      const received = receivedChanges(socket.texts.all, n);
      expect(received).toEqual(numbers(Number(received[0]), Number(received.at(-1))));
    }),
  );
  talking = false;
  await burst;
  await ada.close();
  await eventually(() => {
    const { sockets, openFeeds, watchers, sharedWatchers: left } = server.stats();
    return sockets + openFeeds + watchers + left === 0;
  });
});
