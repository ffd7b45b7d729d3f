import { describe, expect, test } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import { EarshotClientError } from '../errors.ts';
import { createTestOutbox, refusal } from './testOutbox.ts';

describe('an outbox', () => {
  test('sends the messages of a room one after the other, in order', async () => {
    const { deliveries, send, started } = createTestOutbox();
    const all = [send('a'), send('b'), send('c')];
    for (const [at, clientMessageId] of ['a', 'b', 'c'].entries()) {
      expect(started()).toEqual(['a', 'b', 'c'].slice(0, at + 1));
      deliveries[at]?.resolve(testMessage(at + 1, { clientMessageId }));
      await all[at];
    }
    expect((await Promise.all(all)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('does not let one room wait for another', () => {
    const { send, started } = createTestOutbox();
    void send('a', 'one');
    void send('b', 'two');
    expect(started()).toEqual(['a', 'b']);
  });

  test('continues after a message that failed finally', async () => {
    const { deliveries, send } = createTestOutbox();
    const [bad, good] = [send('bad'), send('good')];
    deliveries[0]?.reject(refusal);
    await expect(bad).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
    deliveries[1]?.resolve(testMessage(1));
    await expect(good).resolves.toMatchObject({ seq: 1 });
  });

  test('accepts messages up to its capacity, and more when one is acknowledged', async () => {
    const { deliveries, send, waiting } = createTestOutbox({ capacity: 2 });
    const [first] = [send('a'), send('b')];
    await expect(send('c')).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
    deliveries[0]?.resolve(testMessage(1));
    await first;
    void send('d');
    expect(waiting()).toBe(2);
  });

  test('drops waiting messages, not one in flight', async () => {
    const { outbox, deliveries, send, started, waiting } = createTestOutbox();
    const [first, second, third] = [send('a'), send('b'), send('c')];
    expect(outbox.drop('a')).toBe(false);
    expect(outbox.drop('b')).toBe(true);
    await expect(second).rejects.toMatchObject({ code: 'SEND_DROPPED' });
    deliveries[0]?.resolve(testMessage(1));
    await first;
    deliveries[1]?.resolve(testMessage(2));
    await third;
    expect(started()).toEqual(['a', 'c']);
    expect(waiting()).toBe(0);
  });

  test('retries a failed message before later ones', async () => {
    const { outbox, deliveries, send, untilStarted, waiting } = createTestOutbox();
    const bad = send('a');
    void send('b');
    void send('c');
    deliveries[0]?.reject(refusal);
    await expect(bad).rejects.toBe(refusal);
    expect(waiting()).toBe(2);
    const again = outbox.retry('a');
    expect(waiting()).toBe(3);
    await untilStarted('a', 'b');
    deliveries[1]?.resolve(testMessage(1));
    await untilStarted('a', 'b', 'a');
    deliveries[2]?.resolve(testMessage(2));
    await expect(again).resolves.toMatchObject({ seq: 2 });
    await expect(outbox.retry('a')).rejects.toMatchObject({ code: 'SEND_DROPPED' });
    await expect(outbox.retry('c')).rejects.toMatchObject({ code: 'SEND_DROPPED' });
  });

  test('fails waiting messages when it is closed, and accepts no more', async () => {
    const { outbox, send, waiting } = createTestOutbox();
    void send('a');
    const second = send('b');
    outbox.close(new EarshotClientError('CLIENT_CLOSED'));
    await expect(second).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(send('c')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(outbox.retry('b')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(waiting()).toBe(1);
  });
});
