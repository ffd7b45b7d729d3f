import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { channelOf } from '../../packages/server/src/broker/redis/redisChannels.ts';
import { slotOf } from '../../packages/server/src/redis/redisCluster.ts';
import { eventually } from '../resources/collect.ts';
import { sendSteadily } from '../resources/load.ts';
import { somewhere } from '../resources/places.ts';
import { startPair } from '../resources/server.ts';
import { type StockClient, stockClient } from '../resources/stockClient.ts';
import { startRedisCluster } from '../services/redisCluster.ts';

const prefix = 'chat';

/** The node that serves the room: each of three nodes has a third of the slots. */
const nodeOf = (roomId: string) => Math.floor((slotOf(channelOf(roomId, `${prefix}:`)) * 3) / 16_384);

/** Creates rooms until each node has at least four. */
async function makeRooms({ api }: StockClient): Promise<string[]> {
  const roomIds: string[] = [];
  while ([0, 1, 2].some((node) => roomIds.filter((roomId) => nodeOf(roomId) === node).length < 4)) {
    roomIds.push((await api.rooms.join.mutate({ location: somewhere() })).room.id);
  }
  return roomIds;
}

async function publishFailures(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^earshot_publish_failed_total(?:\{.*\})? (\d+)/m.exec(text)?.[1] ?? 0);
}

test('a node of the cluster fails and returns under load: its rooms lose nothing, the others are not delayed', async () => {
  await using cluster = await startRedisCluster();
  const env = { REDIS_URL: cluster.url, REDIS_CLUSTER: 'true', REDIS_PREFIX: prefix };
  await using earshot = await startPair({ env });
  const [ada, bob] = [stockClient(earshot.a.url, { username: 'Ada' }), stockClient(earshot.b.url, { username: 'Bob' })];
  const roomIds = await makeRooms(ada);
  await Promise.all(roomIds.map((roomId) => bob.api.rooms.join.mutate({ roomId })));
  const rooms = roomIds.map((roomId) => ({ roomId, watches: [ada.watch(roomId), bob.watch(roomId)] }));
  await Promise.all(rooms.flatMap(({ watches }) => watches.map((watch) => watch.until(() => true))));
  const present = async (roomId: string) => (await ada.api.presence.list.query({ roomId }).catch(() => [])).length;
  for (const roomId of roomIds) expect(await present(roomId)).toBe(2);

  // Each room has two senders, one on each instance.
  const loads = rooms.map(({ roomId }) => ({ roomId, load: sendSteadily([ada, bob], { roomId, everyMs: 150 }) }));
  const acknowledged = (node: number) =>
    Math.min(...loads.flatMap(({ roomId, load }) => (nodeOf(roomId) === node ? [load.acknowledged.length] : [])));
  await eventually(() => Math.min(acknowledged(0), acknowledged(1), acknowledged(2)) > 10);

  const probes = new Map<string, number>();
  await cluster.nodes[1]?.kill();
  const before = [acknowledged(0), acknowledged(1), acknowledged(2)];
  await eventually(
    async () => (await publishFailures(earshot.a.url)) > 0 && (await publishFailures(earshot.b.url)) > 0,
  );
  await delay(4_000); // the outage must be that long
  for (const { roomId, watches } of rooms.filter((room) => nodeOf(room.roomId) !== 1)) {
    const sentAt = performance.now();
    const { seq } = await ada.api.messages.send.mutate({ roomId, content: 'how long?' });
    probes.set(roomId, seq);
    await watches[1]?.until((received) => received.seq >= seq);
    expect(performance.now() - sentAt).toBeLessThan(1_000); // faster than through the store
  }
  for (const node of [0, 1, 2]) expect(acknowledged(node)).toBeGreaterThan((before[node] ?? 0) + 5); // sends go on
  expect((await fetch(`${earshot.a.url}/ready`)).status).toBe(200); // the other rooms still work
  const seqsAfterOutage = loads.map(({ load }) => load.acknowledged.at(-1)?.seq ?? 0);
  await Promise.all(
    rooms.flatMap(({ watches }, n) =>
      watches.map((watch) => watch.until(({ seq }) => seq >= (seqsAfterOutage[n] ?? 0), 5_000)),
    ),
  );
  await cluster.nodes[1]?.start();

  // Watchers are present again, also in the rooms whose counts were lost with the node.
  for (const roomId of roomIds) await eventually(async () => (await present(roomId)) === 2, 10_000);
  // Messages are published through the cluster again.
  const publishedAll = async () => {
    const failed = (await publishFailures(earshot.a.url)) + (await publishFailures(earshot.b.url));
    const sent = acknowledged(1);
    await eventually(() => acknowledged(1) > sent + 10);
    return failed === (await publishFailures(earshot.a.url)) + (await publishFailures(earshot.b.url));
  };
  await eventually(publishedAll, 20_000);

  await Promise.all(loads.map(({ load }) => load.stop()));
  for (const [n, { watches }] of rooms.entries()) {
    const { load, roomId } = loads[n] ?? {};
    expect(load?.errors).toEqual([]);
    const extra = probes.get(roomId ?? '') ?? [];
    const seqs = [...(load?.acknowledged ?? []).map(({ seq }) => seq), extra].flat().toSorted((a, b) => a - b);
    for (const watch of watches) {
      await watch.until(({ seq }) => seq >= (seqs.at(-1) ?? 0));
      const seen = watch.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.seq] : []));
      expect(seen, roomId).toEqual(seqs);
      expect(watch.ended).toBe(false);
    }
  }
  await Promise.all([ada.close(), bob.close()]);
});
