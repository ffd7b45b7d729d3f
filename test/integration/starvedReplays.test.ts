import { expect, test } from 'vitest';
import { startEmbedded } from '../resources/server.ts';
import { makeRoom } from '../resources/sharedWatches.ts';
import { stockClient } from '../resources/stockClient.ts';

const ada = { username: 'Ada', userId: 'ada' };
/** 1,040 units in a burst, and three a second: half of it takes minutes to refill. */
const budget = { CALL_RATE: '1', CALL_BURST: '1000', SEND_RATE: '1', SEND_BURST: '20', REPEATED_MESSAGE_ROOMS: '0' };
const searches = 90;

test('watches resume, and others start beside them, while another tab of the user takes all that is left of its budget', async () => {
  await using earshot = await startEmbedded({ env: budget });
  const { url } = earshot.a;
  using bob = stockClient(url, { username: 'Bob' });
  const roomId = await makeRoom(bob);
  using bobsWatch = bob.watch(roomId);
  using tab = stockClient(url, ada);
  await tab.api.rooms.join.mutate({ roomId });
  for (const content of ['one', 'two', 'three']) await bob.api.messages.send.mutate({ roomId, content });
  const { id } = await bobsWatch.until(({ seq }) => seq === 1);
  await bobsWatch.until(({ seq }) => seq === 3);
  const around = { location: { latitude: 10, longitude: 20 } };
  await Promise.all(Array.from({ length: searches }, () => tab.api.rooms.nearby.query(around)));
  using back = stockClient(url, ada);
  const resumed = [1, 2].map(() => back.watch(roomId, { lastEventId: id }));
  const fresh = back.watch(roomId, { history: 0 });
  const refusals: unknown[] = [];
  let isDone = false;
  const calls = async () => {
    while (!isDone) await tab.api.rooms.get.query({ roomId }).catch((error: unknown) => refusals.push(error));
  };
  const calling = calls();
  for (const watch of resumed) {
    const received = await watch.untilAll((all) => all.some(({ seq }) => seq === 3));
    const changes = received.filter(({ event }) => event.type === 'message.created');
    expect(changes.map(({ seq }) => seq)).toEqual([2, 3]);
  }
  await fresh.until(({ event }) => event.type === 'snapshot');
  isDone = true;
  await calling;
  // Calls beyond the budget are refused with the time to wait.
  await Promise.all(
    Array.from({ length: 200 }, () => tab.api.rooms.get.query({ roomId }).catch((e) => refusals.push(e))),
  );
  const limited = { data: { errorCode: 'RATE_LIMITED', retry: 'later', retryAfterMs: expect.any(Number) } };
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) expect(refusal).toMatchObject(limited);
});
