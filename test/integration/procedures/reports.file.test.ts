import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens } from '../../resources/tokens.ts';

describe.each(deployments)('reports.file, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('does', () => {
    test('keeps the message as it was for moderators, whatever happens to it, and the messages around it', async () => {
      await using room = await reportedRoom(earshot);
      const { ada, ben, cleo, mod, roomId, message, scope } = room;
      for (const content of ['one', 'two']) await cleo.api.messages.send.mutate({ roomId, content });
      const filed = await room.report();
      expect(filed).toEqual({
        ...{ id: filed.id, roomId, messageId: message.id, userId: room.benId, reason: 'spam', note: 'again' },
        ...{ state: 'open', wasActedOn: null, createdAt: expect.any(Date) },
      });
      const list = async () => (await mod.api.reports.list.query({ scope })).reports[0];
      expect(await list()).toMatchObject({
        message: { id: message.id, content: 'buy this', userId: room.benId, username: 'Ben', deleted: false },
        context: [{ content: 'one' }, { content: 'two' }],
        ...{ reporter: { username: 'Cleo' }, subject: { username: 'Ben' }, kind: 'report', resolution: null },
        messageNow: { state: 'unchanged', content: '' },
      });
      await ben.api.messages.edit.mutate({ roomId, messageId: message.id, content: 'harmless' });
      expect(await list()).toMatchObject({
        message: { content: 'buy this' },
        messageNow: { state: 'edited', content: 'harmless' },
      });
      await ben.api.messages.delete.mutate({ roomId, messageId: message.id });
      expect(await list()).toMatchObject({ message: { content: 'buy this' }, messageNow: { state: 'deleted' } });
      expect((await ada.api.reports.list.query({ scope })).reports[0]).toMatchObject({ id: filed.id, reporter: null });
    });

    test('returns the open report again; the user who is reported learns nothing of it', async () => {
      await using room = await reportedRoom(earshot);
      using watch = room.ben.watch(room.roomId);
      const [first, second] = [await room.report(), await room.report()];
      expect(second).toEqual(first);
      await room.ada.api.messages.send.mutate({ roomId: room.roomId, content: 'the end' });
      await watch.until(({ event }) => event.type === 'message.created');
      expect(JSON.stringify(watch.all)).not.toContain('report');
      expect((await room.ben.api.reports.mine.query({})).reports).toEqual([]);
    });

    test('accepts users who wrote in the room, or are in it, and no others', async () => {
      await using room = await reportedRoom(earshot);
      const file = (userId: string) =>
        room.cleo.api.reports.file.mutate({ roomId: room.roomId, userId, reason: 'hate' });
      await file(room.benId);
      await room.ben.api.rooms.leave.mutate({ roomId: room.roomId });
      await file(room.adaId);
      await expect(file('nobody')).rejects.toMatchObject({ data: { errorCode: 'USER_NOT_FOUND' } });
      const { reports } = await room.mod.api.reports.list.query({ scope: room.scope });
      expect(reports).toMatchObject([
        { message: null, messageNow: null, subject: { username: 'Ben' }, context: [{ content: 'buy this' }] },
        { subject: { userId: room.adaId }, context: [] },
      ]);
    });

    test('does not tell who is in a room, of users who are not listed by name', async () => {
      await using room = await reportedRoom(earshot);
      const { ada, ben, roomId } = room;
      for (const { api } of [ada, ben]) await api.me.setVisibility.mutate({ rooms: 'all', visible: false });
      const file = (userId: string) => room.cleo.api.reports.file.mutate({ roomId, userId, reason: 'hate' });
      await expect(file(room.adaId)).rejects.toMatchObject({ data: { errorCode: 'USER_NOT_FOUND' } });
      await file(room.benId);
      await ada.api.me.setVisibility.mutate({ rooms: [roomId], visible: true });
      await file(room.adaId);
    });
  });
});

describe.each(deployments)('reports.file, open mode, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('access', () => {
    testAccess(earshot, 'reports.file', {
      input: { roomId: 'ROOM', messageId: 'MESSAGE', reason: 'spam' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
        'a member': 'allowed',
        'the author': 'INVALID_INPUT',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'reports.file', [
      [{ roomId: 'ROOM', messageId: newId(), reason: 'spam' }, 'MESSAGE_NOT_FOUND'],
      [{ roomId: newId(), messageId: 'MESSAGE', reason: 'spam' }, 'ROOM_NOT_FOUND'],
      [{ roomId: 'ROOM', messageId: 'MESSAGE', userId: 'x', reason: 'spam' }, 'INVALID_INPUT', 'not both'],
      [{ roomId: 'ROOM', messageId: 'MESSAGE', reason: 'taste' }, 'INVALID_INPUT', 'reason'],
      [{ roomId: 'ROOM', userId: 'x', reason: 'spam', note: 'x'.repeat(1_001) }, 'INVALID_INPUT', 'note'],
    ]);
  });
});

describe('reports.file, embedded', () => {
  test('RATE_LIMITED: more than ten reports in a row', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '5' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    using eve = stockClient(earshot.a.url, { username: 'Eve', userId: 'eve' });
    const { room } = await ada.api.rooms.join.mutate({ location: { latitude: 1, longitude: 2 } });
    const file = () => eve.api.reports.file.mutate({ roomId: room.id, userId: 'ada', reason: 'other' });
    for (let n = 0; n < 10; n += 1) await file();
    const data = { errorCode: 'RATE_LIMITED', retryAfterMs: expect.any(Number) };
    await expect(file()).rejects.toMatchObject({ data });
  });

  test('RATE_LIMITED: more rooms than lists of users present have, except about users who wrote there', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '100', SEND_BURST: '100' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    using eve = stockClient(earshot.a.url, { username: 'Eve', userId: 'eve' });
    const join = async () => (await ada.api.rooms.join.mutate({ location: somewhere() })).room.id;
    const file = (roomId: string, userId: string) => eve.api.reports.file.mutate({ roomId, userId, reason: 'hate' });
    for (let n = 0; n < 10; n += 1) {
      const roomId = await join();
      await eve.api.rooms.join.mutate({ roomId });
      await eve.api.presence.list.query({ roomId });
    }
    const roomId = await join();
    const data = { errorCode: 'RATE_LIMITED', retryAfterMs: expect.any(Number) };
    for (const userId of ['ada', 'nobody']) await expect(file(roomId, userId)).rejects.toMatchObject({ data });
    await ada.api.messages.send.mutate({ roomId, content: 'hello' });
    await file(roomId, 'ada');
  });

  testStoreUnavailable('reports.file', { roomId: newId(), messageId: newId(), reason: 'spam' });
});
