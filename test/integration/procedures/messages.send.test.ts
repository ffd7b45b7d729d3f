import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const fulfilled = (results: PromiseSettledResult<unknown>[]) => results.filter(({ status }) => status === 'fulfilled');

const injection = { $gt: '' };
const long = (n: number) => 'x'.repeat(n);

describe.each(deployments)('messages.send, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'stores the message under the next number and returns it ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
        const first = await ada.api.messages.send.mutate({ roomId: room.id, content: ' Hello \u{1f44b}\n' });
        const second = await ada.api.messages.send.mutate({ roomId: room.id, content: 'again' });
        const author = { roomId: room.id, userId: 'ada', username: 'Ada' };
        const unchanged = { editedAt: null, deleted: false, reactions: [] };
        expect(first).toMatchObject({ ...author, ...unchanged, content: 'Hello \u{1f44b}', seq: 1, updatedSeq: 1 });
        expect(second).toMatchObject({ ...author, ...unchanged, content: 'again', seq: 2, updatedSeq: 2 });
        expect(second.timestamp.getTime()).toBeGreaterThan(first.timestamp.getTime());
        const { messages } = await ada.api.messages.history.query({ roomId: room.id });
        expect(messages).toEqual([first, second]);
      },
    );

    test.each(transports)('publishes the message to the watchers of the room ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
      using watch = bob.watch(room.id);
      await watch.until(({ event }) => event.type === 'snapshot');
      await ada.api.rooms.join.mutate({ roomId: room.id });
      const message = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
      const { event } = await watch.until(({ event: { type } }) => type === 'message.created');
      expect(event).toEqual({ type: 'message.created', message });
    });

    test.each(transports)(
      'returns the first result for a repeated clientMessageId ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada' });
        const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
        const send = (content: string) =>
          ada.api.messages.send.mutate({ roomId: room.id, content, clientMessageId: 'one' });
        const first = await send('first');
        expect(first).toMatchObject({ clientMessageId: 'one' });
        expect(await send('second')).toEqual(first);
        expect((await ada.api.messages.history.query({ roomId: room.id })).messages).toEqual([first]);
      },
    );
  });

  describe('access', () => {
    testAccess(earshot, 'messages.send', {
      input: { roomId: 'ROOM', content: 'hello' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.send', [[{ roomId: newId(), content: 'x' }, 'ROOM_NOT_FOUND']]);
  });
});

describe('messages.send refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.send', [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: '' }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: ' \n\t ' }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: '\u0000\u0007' }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: 7 }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: injection }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: 'a\ud800b' }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', content: long(2_001) }, 'MESSAGE_TOO_LONG', '2000'],
    [{ roomId: 'ROOM', content: 'x', clientMessageId: long(65) }, 'INVALID_INPUT', 'clientMessageId'],
    [{ roomId: 'ROOM', content: 'x', clientMessageId: injection }, 'INVALID_INPUT', 'clientMessageId'],
  ]);

  testCallRate('messages.send', { roomId: newId(), content: 'hello' });
  testStoreUnavailable('messages.send', { roomId: newId(), content: 'hello' });

  test('sends beyond the burst and the rate are rejected with the time to wait', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '1', SEND_BURST: '5' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const sends = Array.from({ length: 8 }, (_, i) =>
      ada.api.messages.send.mutate({ roomId: room.id, content: `${i}` }),
    );
    const results = await Promise.allSettled(sends);
    expect(fulfilled(results)).toHaveLength(5);
    const metrics = await (await fetch(`${earshot.a.url}/metrics`)).text();
    expect(metrics).toContain('earshot_errors_total{code="RATE_LIMITED"} 3');
    expect(results[7]).toMatchObject({
      reason: {
        data: { errorCode: 'RATE_LIMITED', retry: 'later', retryAfterMs: expect.any(Number), httpStatus: 429 },
      },
    });
  });
});
