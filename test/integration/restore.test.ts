import { createEarshotClient, type RoomState } from '@earshot/client';
import { formatPosition, limits, type Message, parsePosition, positionOf, type RoomEvent } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { databaseSite, folderSite } from '../resources/backups.ts';
import { collect, eventually } from '../resources/collect.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { startServer } from '../resources/server.ts';
import { type StockClient, stockClient, type Watch } from '../resources/stockClient.ts';

const texts = (messages: readonly { content: string }[]) => messages.map(({ content }) => content);
const numbered = (word: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${word} ${from + index}`);

async function say({ api }: StockClient, roomId: string, contents: readonly string[]): Promise<Message[]> {
  const sent: Message[] = [];
  for (const content of contents) sent.push(await api.messages.send.mutate({ roomId, content }));
  return sent;
}

/** A summary of a watch's events. */
const story = ({ all }: Watch) =>
  all.flatMap(({ event, seq }) => {
    if (event.type === 'message.created') return [event.message.content];
    return 'messages' in event ? [`${event.type}@${seq}`] : [];
  });

const content = (event: RoomEvent) => ('message' in event ? event.message.content : undefined);

describe.each([
  { name: 'SQLite', newSite: folderSite },
  { name: 'MongoDB and Redis', newSite: databaseSite },
])('$name: a backup of a room at 5, restored when the room is at 10', ({ newSite }) => {
  test('and the room is written up to 15: clients at 10 are reset and have all stored messages', async () => {
    await using site = await newSite();
    const former = await startServer({ env: site.env });
    const { port } = new URL(former.url);
    const start = () => startServer({ env: { ...site.env, PORT: port } });
    const ada = stockClient(former.url, { username: 'Ada' });
    const roomId = (await ada.api.rooms.join.mutate({ location: somewhere() })).room.id;
    await say(ada, roomId, numbered('kept', 1, 5));
    await former.close();
    const restore = await site.backUp();

    const lost = await start();
    await using proxy = await openFlakyProxy(lost.url);
    const eve = createEarshotClient({ url: proxy.url, username: 'Ada', backoff: { baseMs: 20, capMs: 100 } });
    await using _eve = { [Symbol.asyncDispose]: () => eve.close() };
    const states = collect<RoomState>();
    const room = await eve.watchRoom({ roomId }, { onChange: states.push });
    const sent = await say(ada, roomId, numbered('lost', 6, 10));
    await states.until(({ messages }) => messages.length === 10);
    using seeing = ada.watch(roomId);
    const { id: at10 } = await seeing.until(({ event }) => event.type === 'snapshot');
    expect(parsePosition(at10)).toEqual(sent.map(positionOf).at(-1));
    seeing.stop();
    proxy.cut();
    void room.send('said without a connection');
    await lost.close();
    await restore();

    await using restored = await start();
    const again = await say(ada, roomId, numbered('new', 6, 15));
    expect(again.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    const storedMessages = (await ada.api.messages.history.query({ roomId, limit: 100 })).messages;
    const at5 = formatPosition(positionOf(storedMessages[4] as Message));
    const all = [...numbered('kept', 1, 5), ...numbered('new', 6, 15)];

    using reset = ada.watch(roomId, { lastEventId: at10, history: limits.historyMax });
    const { event } = await reset.until(() => true);
    expect([event.type, 'messages' in event && texts(event.messages)]).toEqual(['reset', all]);
    using near = ada.watch(roomId, { lastEventId: at5 });
    using plain = ada.watch(roomId, { lastEventId: '10' });
    for (const watch of [near, plain]) await watch.until((one) => content(one.event) === 'new 15');
    expect([story(near), story(plain)]).toEqual([numbered('new', 6, 15), numbered('new', 11, 15)]);

    proxy.mend();
    const { messages } = await states.until((state) => state.position === 16 && state.pending.length === 0);
    expect(texts(messages)).toEqual([...all, 'said without a connection']);

    // A restart without a restore resets no client.
    const at16 = (await near.until(({ seq }) => seq === 16)).id;
    await restored.close();
    await using later = await start();
    using bob = stockClient(later.url, { username: 'Bob' });
    await bob.api.rooms.join.mutate({ roomId });
    using back = bob.watch(roomId, { lastEventId: at16 });
    await say(ada, roomId, ['after a restart']);
    await Promise.all([back, reset].map((watch) => watch.until((one) => content(one.event) === 'after a restart')));
    expect(story(back)).toEqual(['after a restart']);
    expect(story(reset)).toEqual(['reset@15', 'said without a connection', 'after a restart']);
    await states.until((state) => texts(state.messages).includes('after a restart'));
    await ada.close();
  });
});

test('a restore under running servers: they detect it, reset their watchers, and continue the stored numbers', async () => {
  await using site = await databaseSite();
  await using one = await startServer({ env: site.env });
  await using two = await startServer({ env: site.env });
  const place = someLocationId();
  using legacy = await joinLegacy(one.url, place, 'Leo');
  using ada = stockClient(one.url, { username: 'Ada' });
  using bob = stockClient(two.url, { username: 'Bob' });
  for (const { api } of [ada, bob]) await api.rooms.join.mutate({ roomId: place });
  const watches = [ada.watch(place), bob.watch(place, { history: 0 })];
  for (const watch of watches) await watch.until(({ event }) => event.type === 'snapshot');
  await say(ada, place, numbered('kept', 1, 5));
  const restore = await site.backUp();
  await say(bob, place, numbered('lost', 6, 10));
  await legacy.until('NewMessage', (frame) => frame.content === 'lost 10');
  legacy.send({ type: 'Join', user_id: 'leo', username: 'Leo' }); // received the room again, up to 10
  await eventually(() => legacy.of('MessageHistory').length === 2);
  await Promise.all(watches.map((watch) => watch.until(({ seq }) => seq === 10)));

  await restore();
  const resets = await Promise.all(watches.map((watch) => watch.until(({ event }) => event.type === 'reset')));
  expect(resets.map(({ seq }) => seq)).toEqual([5, 5]);
  await eventually(() => legacy.of('MessageHistory').length === 3);
  const page = await ada.api.messages.history.query({ roomId: place });
  expect(texts(page.messages)).toEqual(numbered('kept', 1, 5));

  const sent = [...(await say(ada, place, ['new 6'])), ...(await say(bob, place, ['new 7']))];
  expect(sent.map(({ seq }) => seq)).toEqual([6, 7]);
  for (const watch of watches) {
    await watch.until(({ event }) => content(event) === 'new 7');
    expect(story(watch).slice(-3)).toEqual(['reset@5', 'new 6', 'new 7']);
  }
  for (const text of ['new 6', 'new 7']) await legacy.until('NewMessage', (frame) => frame.content === text);
});
