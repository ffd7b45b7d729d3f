import { createLogger, createPresence } from '@earshot/server';
import type { ErrorCode } from '@earshot/shared';
import { formatPosition, newId, positionOf, transformer } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { httpClient } from '../../resources/httpClient.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { openRaw } from '../../resources/rawSocket.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const refused = (errorCode: ErrorCode) => ({ data: { errorCode } });

const long = (n: number) => 'x'.repeat(n);

describe.each(deployments)('rooms.watch, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'begins with a snapshot: the room, its newest messages, oldest first, and the number of present users ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada' });
        const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
        for (const content of ['one', 'two', 'three']) await ada.api.messages.send.mutate({ roomId: room.id, content });
        using watch = ada.watch(room.id, { history: 2 });
        const { seq, event } = await watch.until(() => true);
        const messages = [{ content: 'two' }, { content: 'three' }];
        expect({ seq, event }).toMatchObject({
          seq: 3,
          event: { type: 'snapshot', room: { id: room.id }, messages, userCount: 1 },
        });
      },
    );

    test.each(transports)('continues after lastEventId without a snapshot ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const [first] = [
        await ada.api.messages.send.mutate({ roomId: room.id, content: 'one' }),
        await ada.api.messages.send.mutate({ roomId: room.id, content: 'two' }),
      ];
      using watch = ada.watch(room.id, { lastEventId: formatPosition(positionOf(first)) });
      expect(await watch.until(() => true)).toMatchObject({ seq: 2, event: { message: { content: 'two' } } });
    });

    test('a watch over SSE receives the same events as one over WebSocket', async () => {
      const bob = httpClient(earshot.b.url, { username: 'Bob' });
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const roomId = room.id;
      await bob.api.rooms.join.mutate({ roomId });
      using adaWatch = ada.watch(roomId);
      await adaWatch.until(({ event }) => event.type === 'snapshot');
      using bobWatch = bob.watch(roomId);
      // Others are notified of Bob before his snapshot is read. Messages sent in between are in the snapshot.
      await bobWatch.until(({ event }) => event.type === 'snapshot');
      await adaWatch.until(({ event }) => event.type === 'user.joined');
      const sent = await bob.api.messages.send.mutate({ roomId, content: 'from the one to the other' });
      const expected = {
        id: formatPosition(positionOf(sent)),
        seq: 1,
        event: { type: 'message.created', message: sent },
      };
      for (const roomWatch of [adaWatch, bobWatch]) {
        expect(await roomWatch.until(({ event }) => event.type === 'message.created')).toEqual(expected);
      }
      bobWatch.stop();
      await adaWatch.until(({ event }) => event.type === 'user.left');
    });

    test('a dropped SSE stream resumes with its last event id', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const roomId = room.id;
      for (const content of ['one', 'two', 'three']) await ada.api.messages.send.mutate({ roomId, content });
      const input = encodeURIComponent(JSON.stringify(transformer.input.serialize({ roomId })));
      const params = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
      const abort = new AbortController();
      const response = await fetch(`${earshot.b.url}/trpc/rooms.watch?input=${input}&connectionParams=${params}`, {
        headers: { 'last-event-id': '1', accept: 'text/event-stream' },
        signal: abort.signal,
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      let text = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        if (text.includes('"three"')) break;
      }
      abort.abort();
      expect([...text.matchAll(/^id: (\d+)-\w+$/gm)].map(([, id]) => id)).toEqual(['2', '3']);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.watch', {
      input: { roomId: 'ROOM' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'rooms.watch', [[{ roomId: newId() }, 'ROOM_NOT_FOUND']]);

    test('a full room accepts no further user under concurrent joins', async () => {
      await using earshot = await start({ env: { ROOM_CAPACITY: '3' } });
      const clients = Array.from({ length: 8 }, (_, i) =>
        stockClient((i % 2 ? earshot.a : earshot.b).url, { username: `User ${i}` }),
      );
      const location = somewhere();
      const watches = await Promise.all(
        clients.map(async ({ api, watch }) => watch((await api.rooms.join.mutate({ location })).room.id)),
      );
      const ends = await Promise.all(
        watches.map((watch) => Promise.race([watch.until(({ event }) => event.type === 'snapshot'), watch.untilEnd()])),
      );
      const full = ends.filter((end) => JSON.stringify(end).includes('ROOM_FULL'));
      expect(full).toHaveLength(5);
      await Promise.all(clients.map((client) => client.close()));
    });
  });
});

describe('rooms.watch refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.watch', [
    [{ roomId: 'ROOM', history: 101 }, 'INVALID_INPUT', 'history'],
    [{ roomId: 'ROOM', lastEventId: '-1' }, 'INVALID_INPUT', 'lastEventId'],
    [{ roomId: 'ROOM', lastEventId: 'x' }, 'INVALID_INPUT', 'lastEventId'],
    [{ roomId: 'ROOM', lastEventId: long(5_000) }, 'INVALID_INPUT', 'lastEventId'],
  ]);

  testCallRate('rooms.watch', { roomId: newId() });
  testStoreUnavailable('rooms.watch', { roomId: newId() });

  test('the watches of one socket are limited', async () => {
    await using earshot = await startEmbedded({ env: { WATCHES_PER_SOCKET: '2' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const watches = [1, 2].map(() => ada.watch(room.id));
    await Promise.all(watches.map((watch) => watch.until(() => true)));
    expect(await ada.watch(room.id).untilEnd()).toMatchObject(refused('TOO_MANY_WATCHES'));
    const [first] = watches;
    first?.stop();
    await first?.untilEnd().catch(() => {});
    // The slot is free once the first watch has ended, which another subscription on the same socket detects.
    for (;;) {
      const again = ada.watch(room.id);
      const outcome = await Promise.race([again.until(() => true), again.untilEnd()]);
      if (outcome !== undefined && typeof outcome === 'object' && outcome !== null && 'event' in outcome) break;
      expect(outcome).toMatchObject(refused('TOO_MANY_WATCHES'));
    }
  });

  test('a watch that is stopped while it begins counts until it has left', async () => {
    const presence = await createPresence({ kind: 'local' }, createLogger('silent'));
    const gate = Promise.withResolvers<void>();
    const entering = Promise.withResolvers<void>();
    const enter = presence.enter.bind(presence);
    presence.enter = async (entry, capacity) => {
      entering.resolve();
      await gate.promise;
      return enter(entry, capacity);
    };
    await using earshot = await startEmbedded({ drivers: { presence }, env: { WATCHES_PER_SOCKET: '1' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    using socket = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
    const input = { json: { roomId: room.id } };
    const watch = (id: number) => socket.send({ id, method: 'subscription', params: { path: 'rooms.watch', input } });
    const reply = (id: number, text: string) =>
      socket.frames.until((frame) => {
        const json = JSON.stringify(frame);
        return json.startsWith(`{"id":${id},`) && json.includes(text);
      });

    watch(1);
    await entering.promise;
    socket.send({ id: 1, method: 'subscription.stop' });
    watch(2);
    await reply(2, 'TOO_MANY_WATCHES');
    expect(socket.frames.all).not.toContainEqual({ id: 1, result: { type: 'stopped' } });
    gate.resolve();
    await reply(1, '"stopped"');
    watch(3);
    await reply(3, '"snapshot"');
    expect(await presence.list(room.id, 10)).toHaveLength(1);
  });

  test('BROKER_UNAVAILABLE: presence is closed', async () => {
    const presence = await createPresence({ kind: 'local' }, createLogger('silent'));
    await using server = await startEmbedded({ drivers: { presence } });
    using ada = stockClient(server.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    await presence.close();
    expect(await ada.watch(room.id).untilEnd()).toMatchObject(refused('BROKER_UNAVAILABLE'));
  });
});
