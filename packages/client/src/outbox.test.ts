import type { Message } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { EarshotClientError } from './errors.ts';
import { Outbox, type OutgoingMessage } from './outbox.ts';
import { message } from './testMessages.ts';

/** An outbox whose deliveries the test answers. */
function setUp(capacity = 10) {
  const deliveries: (PromiseWithResolvers<Message> & { sent: OutgoingMessage })[] = [];
  const outbox = new Outbox({
    capacity,
    deliver: (sent) => {
      const answer = Promise.withResolvers<Message>();
      deliveries.push({ ...answer, sent });
      return answer.promise;
    },
  });
  const send = (clientMessageId: string, roomId = 'room') =>
    outbox.send({ roomId, clientMessageId, content: clientMessageId });
  return { outbox, deliveries, send, begun: () => deliveries.map(({ sent }) => sent.clientMessageId) };
}

describe('an outbox', () => {
  test('sends the messages of a room one after the other, in order', async () => {
    const { deliveries, send, begun } = setUp();
    const all = [send('a'), send('b'), send('c')];
    for (const [at, clientMessageId] of ['a', 'b', 'c'].entries()) {
      expect(begun()).toEqual(['a', 'b', 'c'].slice(0, at + 1));
      deliveries[at]?.resolve(message(at + 1, { clientMessageId }));
      await all[at];
    }
    expect((await Promise.all(all)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('does not let one room wait for another', () => {
    const { send, begun } = setUp();
    void send('a', 'one');
    void send('b', 'two');
    expect(begun()).toEqual(['a', 'b']);
  });

  test('goes on after a message that failed for good', async () => {
    const { deliveries, send } = setUp();
    const [bad, good] = [send('bad'), send('good')];
    deliveries[0]?.reject(new EarshotClientError('MESSAGE_TOO_LONG'));
    await expect(bad).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
    deliveries[1]?.resolve(message(1));
    await expect(good).resolves.toMatchObject({ seq: 1 });
  });

  test('takes so many messages and no more, and again when one is through', async () => {
    const { outbox, deliveries, send } = setUp(2);
    const [first] = [send('a'), send('b')];
    await expect(send('c')).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
    deliveries[0]?.resolve(message(1));
    await first;
    void send('d');
    expect(outbox.size).toBe(2);
  });

  test('gives back what still waits, not what is under way', async () => {
    const { outbox, deliveries, send, begun } = setUp();
    const [first, second, third] = [send('a'), send('b'), send('c')];
    expect(outbox.drop('a')).toBe(false);
    expect(outbox.drop('b')).toBe(true);
    await expect(second).rejects.toMatchObject({ code: 'SEND_DROPPED' });
    deliveries[0]?.resolve(message(1));
    await first;
    deliveries[1]?.resolve(message(2));
    await third;
    expect(begun()).toEqual(['a', 'c']);
    expect(outbox.size).toBe(0);
  });

  test('fails what waits when it is closed, and takes no more', async () => {
    const { outbox, send } = setUp();
    void send('a');
    const waiting = send('b');
    outbox.close(new EarshotClientError('CLIENT_CLOSED'));
    await expect(waiting).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(send('c')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(outbox.size).toBe(1);
  });
});
