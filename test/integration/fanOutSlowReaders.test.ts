import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { startEmbedded } from '../resources/server.ts';
import {
  makeRoom,
  numbers,
  openWatch,
  receivedChanges,
  sendMany,
  untilShared,
  watching,
} from '../resources/sharedWatches.ts';
import { stockClient } from '../resources/stockClient.ts';

describe('slow readers', () => {
  const env = { MESSAGE_MAX_CHARS: '20000' };
  const content = 'x'.repeat(12_000);

  test('a reader that resumes receives every change once and in order, beyond the ring; others do not wait for it', async () => {
    await using earshot = await startEmbedded({ env });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using slow = await openWatch(earshot.a, roomId, watching(1, roomId));
    using quick = ada.watch(roomId);
    await untilShared(earshot.a, 2);
    slow.ws.pause();
    for (let sent = 0; sent < 1_500; sent += 10) await sendMany(ada, roomId, 10, content);
    await quick.until(({ seq }) => seq === 1_500);
    expect(earshot.a.stats()).toMatchObject({ watchers: 2, sharedWatchers: 1 });
    slow.ws.resume();
    await slow.texts.untilAll((all) => receivedChanges(all.slice(-1), 1).includes('1500'), 20_000);
    expect(receivedChanges(slow.texts.all, 1)).toEqual(numbers(1, 1_500));
    await untilShared(earshot.a, 2);
    await ada.api.messages.send.mutate({ roomId, content: 'awake' });
    await slow.texts.until((text) => text.includes('awake'));
    expect(receivedChanges(slow.texts.all, 1).at(-1)).toBe('1501');
  }, 60_000);

  test('a reader that stays behind is closed with 4408', async () => {
    await using earshot = await startEmbedded({ env, slowReaders: { timeoutMs: 300 } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using slow = await openWatch(earshot.a, roomId, watching(1, roomId));
    using quick = ada.watch(roomId);
    await untilShared(earshot.a, 2);
    slow.ws.pause();
    for (let sent = 0; sent < 900; sent += 10) await sendMany(ada, roomId, 10, content);
    await quick.until(({ seq }) => seq === 900);
    const closed = async () =>
      (await (await fetch(`${earshot.a.url}/metrics`)).text()).includes('code="SLOW_CONSUMER"} 1');
    await eventually(closed);
    slow.ws.resume();
    expect((await slow.closed).code).toBe(4408);
    const received = receivedChanges(slow.texts.all, 1);
    expect(received).toEqual(numbers(1, received.length));
    await eventually(() => earshot.a.stats().watchers === 1);
  }, 60_000);
});
