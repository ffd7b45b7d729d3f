import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const content = 'x'.repeat(20_000);

test('an event stream that is never read is cut off and its user leaves; one that is read stays open', async () => {
  const env = { MESSAGE_MAX_CHARS: '20000', CALL_RATE: '0' };
  await using earshot = await startEmbedded({ env, slowReaders: { timeoutMs: 500 } });
  const { url } = earshot.a;
  using ada = stockClient(url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  using bob = stockClient(url, { username: 'Bob' });
  await bob.api.rooms.join.mutate({ roomId: room.id });
  const read = await openStream(url, { roomId: room.id, username: 'Ada' });
  read.resume();
  const unread = await openStream(url, { roomId: room.id, username: 'Bob' });
  const present = async () =>
    (await ada.api.presence.list.query({ roomId: room.id })).map(({ username }) => username).toSorted();
  await eventually(() => earshot.a.stats().watchers === 2);
  expect(await present()).toEqual(['Ada', 'Bob']);

  const isCounted = async () => (await (await fetch(`${url}/metrics`)).text()).includes('code="SLOW_CONSUMER"} 1');
  for (let sent = 0; sent < 2_000 && !(await isCounted()); sent += 20) {
    const send = () => ada.api.messages.send.mutate({ roomId: room.id, content });
    await Promise.all(Array.from({ length: 20 }, send));
  }
  await eventually(isCounted);
  await eventually(() => earshot.a.stats().watchers === 1);
  await expect.poll(present).toEqual(['Ada']);
  expect(read.destroyed).toBe(false);
  read.destroy();
  unread.destroy();
}, 60_000);

async function openStream(url: string, { roomId, username }: { roomId: string; username: string }) {
  const input = encodeURIComponent(JSON.stringify({ json: { roomId } }));
  const params = encodeURIComponent(JSON.stringify({ username }));
  const request = get(`${url}/trpc/rooms.watch?input=${input}&connectionParams=${params}`, {
    headers: { accept: 'text/event-stream' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {}); // the server closes it
  return response;
}
