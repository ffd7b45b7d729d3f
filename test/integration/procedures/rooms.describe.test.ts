import { limits, newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { openLegacy } from '../../resources/legacyClient.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const long = (n: number) => 'x'.repeat(n);
const described = { type: 'room.described', name: 'Club', title: 'Club', topic: null };

describe.each(deployments)('rooms.describe, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('sets, keeps and removes a title and a topic ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const location = somewhere();
      const { room } = await ada.api.rooms.join.mutate({ location });
      const roomId = room.id;
      expect(room).toMatchObject({ title: null, topic: null, ownerId: 'ada' });
      const set = (change: { title?: string | null; topic?: string | null }) =>
        ada.api.rooms.describe.mutate({ roomId, ...change });
      expect(await set({ title: ' Chess\u200b  club\n' })).toMatchObject({ name: 'Chess club', title: 'Chess club' });
      expect(await set({ topic: 'Every Friday' })).toMatchObject({ title: 'Chess club', topic: 'Every Friday' });
      using eve = stockClient(earshot.b.url, { username: 'Eve' });
      const shown = { id: roomId, name: 'Chess club', title: 'Chess club', topic: 'Every Friday' };
      expect(await eve.api.rooms.get.query({ roomId })).toMatchObject(shown);
      expect(await eve.api.rooms.nearby.query({ location })).toMatchObject([shown]);
      expect(await set({ title: null, topic: null })).toMatchObject({ name: room.name, title: null, topic: null });
    });

    test.each(transports)('rooms with one title have different names in lists ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const location = somewhere();
      for (const _ of 'ab') {
        const { room } = await ada.api.rooms.join.mutate({ location, searchRadius: 0 });
        await ada.api.rooms.describe.mutate({ roomId: room.id, title: 'Club' });
      }
      const names = (await ada.api.rooms.nearby.query({ location })).map(({ name }) => name);
      expect(names.toSorted()).toEqual(['Club', 'Club (2)']);
    });

    test('watchers receive it as a numbered change: live, after a pause, and in a snapshot', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const roomId = room.id;
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      await bob.api.rooms.join.mutate({ roomId });
      using watch = bob.watch(roomId);
      await watch.until(({ event }) => event.type === 'snapshot');
      await ada.api.messages.send.mutate({ roomId, content: 'first' });
      await ada.api.rooms.describe.mutate({ roomId, title: 'Club' });
      await ada.api.messages.send.mutate({ roomId, content: 'second' });
      expect(await watch.until(({ event }) => event.type === 'room.described')).toMatchObject({
        seq: 2,
        event: described,
      });
      const last = await watch.until(({ seq }) => seq === 3);
      expect(watch.all.map(({ event, seq }) => [event.type, seq]).filter(([type]) => type !== 'user.joined')).toEqual([
        ['snapshot', 0],
        ['message.created', 1],
        ['room.described', 2],
        ['message.created', 3],
      ]);
      watch.stop();

      await ada.api.rooms.describe.mutate({ roomId, topic: 'Chess' });
      await ada.api.rooms.describe.mutate({ roomId, title: null });
      await ada.api.messages.send.mutate({ roomId, content: 'third' });
      using resumed = bob.watch(roomId, { lastEventId: last.id });
      await resumed.until(({ seq }) => seq === 6);
      const changes = resumed.all.filter(({ event }) => event.type === 'room.described');
      // A replay may leave out the first change, which the second replaces.
      expect(changes.at(-1)).toMatchObject({ seq: 5, event: { name: room.name, title: null, topic: 'Chess' } });
      expect(resumed.all.filter(({ event }) => event.type === 'message.created')).toHaveLength(1);

      using fresh = bob.watch(roomId);
      const { event } = await fresh.until(({ event }) => event.type === 'snapshot');
      expect(event).toMatchObject({ room: { title: null, topic: 'Chess' } });
      expect('messages' in event && event.messages.map(({ content }) => content)).toEqual(['first', 'second', 'third']);
      const { messages, hasMore } = await bob.api.messages.history.query({ roomId, limit: 3 });
      expect([messages.length, hasMore]).toEqual([3, false]);
    });

    test('has no frame on the legacy wire, which keeps its name for the room', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const location = somewhere();
      const { room } = await ada.api.rooms.join.mutate({ location });
      const roomId = room.id;
      using bob = await openLegacy(earshot.b.url, 'lobby');
      const join = { type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', token: '', ...location };
      bob.send(join);
      const { data } = await bob.until('RoomJoined');
      await bob.until('MessageHistory');
      await ada.api.rooms.describe.mutate({ roomId, title: 'Club' });
      await ada.api.messages.send.mutate({ roomId, content: 'after' });
      await bob.until('NewMessage', ({ content }) => content === 'after');
      expect(bob.of('NewMessage')).toHaveLength(1);
      using eve = await openLegacy(earshot.b.url, 'lobby');
      eve.send({ ...join, user_id: 'eve', username: 'Eve' });
      expect((await eve.until('RoomJoined')).data.room_name).toBe(data.room_name);
      expect((await eve.until('MessageHistory')).messages).toMatchObject([{ content: 'after' }]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.describe', {
      input: { roomId: 'ROOM', title: 'Club' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'NOT_THE_OWNER',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'rooms.describe', [[{ roomId: newId(), title: 'Club' }, 'ROOM_NOT_FOUND']]);
  });
});

describe('rooms.describe refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.describe', [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT'],
    [{ roomId: 'ROOM', title: '\u200b \n' }, 'INVALID_INPUT', 'title'],
    [{ roomId: 'ROOM', title: long(limits.titleChars + 1) }, 'INVALID_INPUT', 'title'],
    [{ roomId: 'ROOM', topic: long(limits.topicChars + 1) }, 'INVALID_INPUT', 'topic'],
  ]);

  testCallRate('rooms.describe', { roomId: newId(), title: 'Club' });
  testStoreUnavailable('rooms.describe', { roomId: newId(), title: 'Club' });
});
