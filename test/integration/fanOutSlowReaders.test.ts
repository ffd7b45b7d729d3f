import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { numbers, receivedChanges, sendMany, startRoom, untilShared } from '../resources/sharedWatches.ts';

describe('slow readers', () => {
  const env = { MESSAGE_MAX_CHARS: '20000' };
  const content = 'x'.repeat(12_000);

  test('a reader that resumes receives every change once and in order, beyond the ring; others do not wait for it', async () => {
    await using room = await startRoom({ env });
    const { server, ada, roomId } = room;
    using slow = await room.openWatch(1);
    using quick = ada.watch(roomId);
    await untilShared(server, 2);
    slow.ws.pause();
    for (let sent = 0; sent < 1_500; sent += 10) await sendMany(ada, roomId, 10, content);
    await quick.until(({ seq }) => seq === 1_500);
    expect(server.stats()).toMatchObject({ watchers: 2, sharedWatchers: 1 });
    slow.ws.resume();
    await slow.texts.untilAll((all) => receivedChanges(all.slice(-1), 1).includes('1500'), 20_000);
    expect(receivedChanges(slow.texts.all, 1)).toEqual(numbers(1, 1_500));
    await untilShared(server, 2);
    await ada.api.messages.send.mutate({ roomId, content: 'awake' });
    await slow.texts.until((text) => text.includes('awake'));
    expect(receivedChanges(slow.texts.all, 1).at(-1)).toBe('1501');
  }, 60_000);

  test('a reader that stays behind is closed with 4408', async () => {
    await using room = await startRoom({ env, slowReaders: { timeoutMs: 300 } });
    const { server, ada, roomId } = room;
    using slow = await room.openWatch(1);
    using quick = ada.watch(roomId);
    await untilShared(server, 2);
    slow.ws.pause();
    for (let sent = 0; sent < 900; sent += 10) await sendMany(ada, roomId, 10, content);
    await quick.until(({ seq }) => seq === 900);
    const closed = async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).includes('code="SLOW_CONSUMER"} 1');
    await eventually(closed);
    slow.ws.resume();
    expect((await slow.closed).code).toBe(4408);
    const received = receivedChanges(slow.texts.all, 1);
    expect(received).toEqual(numbers(1, received.length));
    await eventually(() => server.stats().watchers === 1);
  }, 60_000);
});
