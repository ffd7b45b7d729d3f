import { expect, test } from 'vitest';
import { refusal } from '../resources/moderation.ts';
import { startEmbedded } from '../resources/server.ts';
import { makeRoom } from '../resources/sharedWatches.ts';
import { stockClient } from '../resources/stockClient.ts';

const eve = { username: 'Eve', userId: 'eve' };
/** A budget of 41 units in a burst, and 21 a second, for pages of 22 units: a page follows in about two seconds. */
const budget = { CALL_RATE: '1', CALL_BURST: '1', SEND_RATE: '10', SEND_BURST: '20', MESSAGE_MAX_CHARS: '100000' };
const messageCount = 5;
/** One message fills a page. */
const long = 'x'.repeat(98_000);

test('a user who is banned from the room during a replay receives no more of it, and nothing that was sent since', async () => {
  await using earshot = await startEmbedded({ env: { ...budget, REPEATED_MESSAGE_ROOMS: '0' } });
  const { url } = earshot.a;
  using owner = stockClient(url, { username: 'Olga', userId: 'olga' });
  const roomId = await makeRoom(owner);
  using back = stockClient(url, eve);
  await back.api.rooms.join.mutate({ roomId });
  using first = back.watch(roomId);
  const { id } = await first.until(({ event }) => event.type === 'snapshot');
  first.stop();
  for (let n = 0; n < messageCount; n += 1) await owner.api.messages.send.mutate({ roomId, content: long });
  using resumed = back.watch(roomId, { lastEventId: id });
  await resumed.until(({ event }) => event.type === 'message.created');
  await owner.api.moderation.ban.mutate({ scope: { type: 'room', roomId }, userId: eve.userId });
  await owner.api.messages.send.mutate({ roomId, content: 'Eve is gone' });
  expect(await resumed.untilEnd()).toMatchObject(refusal('BANNED'));
  const contents = resumed.all.flatMap(({ event }) => (event.type === 'message.created' ? event.message.content : []));
  expect(contents.length).toBeLessThan(messageCount);
  expect(contents.filter((content) => content !== long)).toEqual([]);
});
