import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded, type TestServer } from '../resources/server.ts';
import { type StockClient, stockClient } from '../resources/stockClient.ts';

/** Watchers on each of two sockets. Together they reach the coalesce threshold. */
const perSocket = 35;
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

async function watchAsCrowd(server: TestServer, roomId: string) {
  const clients = ['Wanda', 'Walt'].map((username) => stockClient(server.url, { username }));
  await Promise.all(clients.map(({ api }) => api.rooms.join.mutate({ roomId })));
  const before = server.stats().sharedWatchers;
  const watches = clients.flatMap((client) => Array.from({ length: perSocket }, () => client.watch(roomId)));
  await eventually(() => server.stats().sharedWatchers === before + watches.length);
  const received = () =>
    watches.map(({ all }) => all.flatMap(({ seq, event }) => (event.type === 'message.created' ? [String(seq)] : [])));
  return {
    watches,
    received,
    [Symbol.asyncDispose]: async () => void (await Promise.all(clients.map((client) => client.close()))),
  };
}

async function makeRoom({ api }: StockClient): Promise<string> {
  return (await api.rooms.join.mutate({ location: somewhere() })).room.id;
}

test('many watchers receive a burst completely and in order; one that stops has the messages until then', async () => {
  await using earshot = await startEmbedded();
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const roomId = await makeRoom(ada);
  await using crowd = await watchAsCrowd(earshot.a, roomId);
  const send = (content: string) => ada.api.messages.send.mutate({ roomId, content });
  const burst = Promise.all(numbers(1, 400).map(send));
  const [stopped, ...others] = crowd.watches;
  await stopped?.until(({ event }) => event.type === 'message.created');
  stopped?.stop();
  await burst;
  await Promise.all(others.map((watch) => watch.until(({ seq }) => seq === 400)));
  const [left = [], ...received] = crowd.received();
  for (const ids of received) expect(ids).toEqual(numbers(1, 400));
  expect(left).toEqual(numbers(1, left.length));
});

test('all watchers receive messages acknowledged before the server stops, although they are coalesced', async () => {
  await using earshot = await startEmbedded();
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const roomId = await makeRoom(ada);
  await using crowd = await watchAsCrowd(earshot.a, roomId);
  await ada.api.messages.send.mutate({ roomId, content: 'one' });
  await crowd.watches[0]?.until(({ seq, event }) => seq === 1 && event.type === 'message.created');
  await ada.api.messages.send.mutate({ roomId, content: 'two' });
  await earshot.a.close();
  expect(crowd.received()).toEqual(crowd.watches.map(() => ['1', '2']));
});

test('a legacy client that sends to many watchers and leaves at once receives its own message', async () => {
  await using earshot = await startEmbedded();
  const room = someLocationId();
  using bob = await joinLegacy(earshot.a.url, room, 'Bob');
  await using _crowd = await watchAsCrowd(earshot.a, room);
  bob.send({ type: 'Message', content: 'hello' });
  await bob.until('NewMessage', ({ content }) => content === 'hello');
  bob.send({ type: 'Message', content: 'goodbye' });
  bob.send({ type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', ...somewhere() });
  await bob.until('NewMessage', ({ content }) => content === 'goodbye');
});
