import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const content = 'x'.repeat(20_000);

test('an event stream that is never read is cut off, one that is read stays open', async () => {
  const env = { MESSAGE_MAX_CHARS: '20000', CALL_RATE: '0' };
  await using earshot = await startEmbedded({ env, slowReaders: { patienceMs: 500 } });
  const { url } = earshot.a;
  using ada = stockClient(url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const read = await openStream(url, room.id);
  read.resume();
  const unread = await openStream(url, room.id);
  await eventually(() => earshot.a.stats().watchers === 2);

  const isCounted = async () => (await (await fetch(`${url}/metrics`)).text()).includes('code="SLOW_CONSUMER"} 1');
  for (let sent = 0; sent < 2_000 && !(await isCounted()); sent += 20) {
    const send = () => ada.api.messages.send.mutate({ roomId: room.id, content });
    await Promise.all(Array.from({ length: 20 }, send));
  }
  await eventually(isCounted);
  await eventually(() => earshot.a.stats().watchers === 1);
  expect(read.destroyed).toBe(false);
  read.destroy();
  unread.destroy();
}, 60_000);

async function openStream(url: string, roomId: string): Promise<IncomingMessage> {
  const input = encodeURIComponent(JSON.stringify({ json: { roomId } }));
  const params = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
  const request = get(`${url}/trpc/rooms.watch?input=${input}&connectionParams=${params}`, {
    headers: { accept: 'text/event-stream' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {}); // it is cut off
  return response;
}
