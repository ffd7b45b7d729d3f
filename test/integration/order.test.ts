import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { stockClient, type Watch } from '../resources/stockClient.ts';

const createdIn = (watch: Watch) => watch.all.filter(({ event }) => event.type === 'message.created');

describe.each(deployments)('$name: order', ({ start }) => {
  test('1,000 messages of 10 senders: every watcher receives each once, in the same order', async () => {
    await using earshot = await start();
    const senders = Array.from({ length: 10 }, (_, i) =>
      stockClient((i % 2 ? earshot.a : earshot.b).url, { username: `Sender ${i}` }),
    );
    const location = somewhere();
    const rooms = await Promise.all(senders.map(({ api }) => api.rooms.join.mutate({ location })));
    const roomId = rooms[0]?.room.id ?? '';
    const watches = senders.map(({ watch }) => watch(roomId));
    await Promise.all(watches.map((watch) => watch.until(({ event }) => event.type === 'snapshot')));

    await Promise.all(
      senders.map(async ({ api }, sender) => {
        for (let i = 0; i < 100; i++) await api.messages.send.mutate({ roomId, content: `${sender}/${i}` });
      }),
    );
    await Promise.all(watches.map((watch) => watch.until(({ seq }) => seq === 1_000)));
    const expected = Array.from({ length: 1_000 }, (_, i) => i + 1);
    const contents = watches.map((watch) => {
      expect(createdIn(watch).map(({ seq }) => seq)).toEqual(expected);
      return createdIn(watch).map(({ event }) => (event.type === 'message.created' ? event.message.content : ''));
    });
    for (const seen of contents) expect(seen).toEqual(contents[0]);
    expect(new Set(contents[0]).size).toBe(1_000);
    await Promise.all(senders.map((client) => client.close()));
  });

  test('pipelined sends of one connection are stored in order', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const texts = Array.from({ length: 60 }, (_, i) => `message ${i}`);
    const sent = await Promise.all(texts.map((content) => ada.api.messages.send.mutate({ roomId: room.id, content })));
    expect(sent.map(({ seq }) => seq)).toEqual(texts.map((_, i) => i + 1));
  });

  test('a repeated send returns the first result and notifies no one again', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using adaAgain = stockClient(earshot.b.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    using watch = ada.watch(roomId);
    await watch.until(({ event }) => event.type === 'snapshot');
    const send = { roomId, content: 'once', clientMessageId: 'c1' };
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? ada : adaAgain).api.messages.send.mutate(send)),
    );
    for (const result of results) expect(result).toEqual(results[0]);
    await ada.api.messages.send.mutate({ roomId, content: 'last' });
    await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'last');
    expect(createdIn(watch)).toHaveLength(2);
  });
});
