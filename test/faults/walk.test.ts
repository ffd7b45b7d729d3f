import { setTimeout as delay } from 'node:timers/promises';
import { createEarshotClient, follow, type Neighbourhood } from '@earshot/client';
import { distanceMetres, type Location, type NeighbourhoodEvent } from '@earshot/shared';
import { expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { sendSteadily } from '../resources/load.ts';
import { type NeighbourhoodItem, type NeighbourhoodWatch, watchPlace } from '../resources/neighbourhood.ts';
import { north, somewhere } from '../resources/places.ts';
import { startProcess } from '../resources/process.ts';
import { clusterSettings } from '../resources/server.ts';
import { type Api, stockClient } from '../resources/stockClient.ts';
import { startRedis } from '../services/redis.ts';
import { freePort } from '../services/service.ts';

const roomCount = 40;
const metresBetweenRooms = 500;
const stepMetres = 800;
const radius = 2_500;

/** A walker with tRPC's own client, which resumes by nothing but the id of the last event. */
class Walker {
  readonly items: NeighbourhoodItem[] = [];
  readonly #api: Api;
  #watch: NeighbourhoodWatch | null = null;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Subscribes at a location. Resolves when something was said there. */
  async goTo(location: Location): Promise<void> {
    this.stop();
    const watch = watchPlace(this.#api, { location, radius, lastEventId: this.items.at(-1)?.id });
    this.#watch = watch;
    await watch.until(({ event }) => event.type === 'ready', 20_000);
    const { length } = watch.all;
    await watch.untilAll((all) => all.length > length + 5, 20_000);
    expect(watch.ended).toBe(false);
  }

  /** Resolves when everything received so far fits. */
  async untilAll(fit: (items: readonly NeighbourhoodItem[]) => boolean): Promise<void> {
    await this.#watch?.untilAll((all) => fit([...this.items, ...all]));
  }

  stop(): void {
    this.#watch?.stop();
    this.items.push(...(this.#watch?.all ?? []));
    this.#watch = null;
  }
}

/** The least milliseconds between two subscriptions of the follower, instead of 60,000: the walk takes some 20 seconds instead of hours. */
const moveIntervalMs = 1_000;

/** A walker with Earshot's client, which decides itself when it subscribes again. */
class Follower implements Disposable {
  readonly events = collect<{ event: NeighbourhoodEvent }>();
  /** The locations of the subscriptions, in their order, each once. */
  readonly subscribedAt: Location[] = [];
  readonly #startedAt = performance.now();
  /** The place whose rooms were entered last. */
  #readyAt: Location | undefined;
  readonly #client;
  readonly #neighbourhood: Neighbourhood;

  constructor(url: string, start: Location) {
    this.#client = createEarshotClient({ url, username: 'Follower' });
    const { connection, trpc } = this.#client;
    const watch = {
      subscribe: (...[input, handlers]: Parameters<typeof trpc.places.watch.subscribe>) => {
        if (this.subscribedAt.at(-1) !== input.location) this.subscribedAt.push(input.location);
        return trpc.places.watch.subscribe(input, handlers);
      },
    };
    const observed = new Proxy(trpc, {
      get: (target, name) => (name === 'places' ? { watch } : Reflect.get(target, name)),
    });
    const onEvent = (event: NeighbourhoodEvent) => {
      if (event.type === 'ready') this.#readyAt = this.subscribedAt.at(-1);
      this.events.push({ event });
    };
    this.#neighbourhood = follow({ connection, trpc: observed }, start, { radius, moveIntervalMs, onEvent });
  }

  moveTo(location: Location): void {
    this.#neighbourhood.moveTo(location);
  }

  /** Resolves when it has entered the rooms of a place so near that it passes none of the rooms between there and here. */
  async untilNear(location: Location): Promise<void> {
    const isNear = () => this.#readyAt !== undefined && distanceMetres(this.#readyAt, location) < radius;
    await this.events.untilAll(isNear, 20_000);
  }

  /** How many subscriptions the interval allows until now. */
  get subscriptionsMax(): number {
    return 1 + Math.floor((performance.now() - this.#startedAt) / moveIntervalMs);
  }

  [Symbol.dispose](): void {
    void this.#client.close();
  }
}

/** The numbers of the messages of each room, in a list for each stay of the walker within its reach. */
function staysIn(items: readonly { event: NeighbourhoodEvent }[]): Map<string, number[][]> {
  const stays = new Map<string, number[][]>();
  const reached = new Set<string>();
  for (const { event } of items) {
    if (event.type === 'room.entered') {
      expect(event.reset).toBe(false);
      expect(reached).not.toContain(event.room.id);
      reached.add(event.room.id);
      const ofRoom = stays.get(event.room.id) ?? [];
      stays.set(event.room.id, ofRoom);
      ofRoom.push(event.messages.map(({ seq }) => seq));
    } else if (event.type === 'room.left') {
      expect(reached.delete(event.roomId)).toBe(true);
    } else if (event.type === 'event') {
      expect(reached).toContain(event.roomId);
      if (event.event.type !== 'message.created')
        throw new Error(`nothing was changed, but there is ${event.event.type}`);
      stays.get(event.roomId)?.at(-1)?.push(event.event.message.seq);
    }
  }
  return stays;
}

test('a walk of 20 km through 40 rooms, with a killed instance and 5 s without Redis: each message in reach once, in order', async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const port = String(await freePort());
  const env = { ...clusterSettings(), REDIS_URL: redis.url, SEND_RATE: '0', LOG_LEVEL: 'warn' };
  const killed = stack.use(await startProcess({ ...env, PORT: port }));
  const survivor = stack.use(await startProcess(env));
  using ada = stockClient(survivor.url, { username: 'Ada' });
  using bob = stockClient(killed.url, { username: 'Bob' });
  const start = somewhere();
  const roomIds: string[] = [];
  for (let n = 0; n < roomCount; n += 1) {
    const location = north(start, n * metresBetweenRooms);
    const { room } = await ada.api.rooms.join.mutate({ location, searchRadius: 0 });
    await bob.api.rooms.join.mutate({ roomId: room.id });
    roomIds.push(room.id);
  }
  const loads = roomIds.map((roomId) => sendSteadily([ada, bob], { roomId, everyMs: 500, retry: true }));

  using client = stockClient(killed.url, { username: 'Walker' });
  const walker = new Walker(client.api);
  using follower = new Follower(killed.url, start);
  for (let metres = 0; metres <= roomCount * metresBetweenRooms; metres += stepMetres) {
    const step = metres / stepMetres;
    if (step === 8) await killed.end('SIGKILL');
    if (step === 16) await redis.stop();
    // Positions every 100 metres, and some that flicker.
    for (let back = 700; back >= 0; back -= 100) follower.moveTo(north(start, Math.max(0, metres - back)));
    follower.moveTo(north(start, metres + 20));
    follower.moveTo(north(start, metres));
    const arrival = walker.goTo(north(start, metres));
    if (step === 8) stack.use(await startProcess({ ...env, PORT: port }));
    if (step === 16) {
      await delay(5_000); // the outage must be that long
      await redis.start();
    }
    await arrival;
    await follower.untilNear(north(start, metres));
  }

  await Promise.all(loads.map((load) => load.stop()));
  const heads = new Map(
    roomIds.map((roomId, n) => [roomId, Math.max(...(loads[n]?.acknowledged ?? []).map(({ seq }) => seq))]),
  );
  const around = await client.api.rooms.nearby.query({
    location: north(start, roomCount * metresBetweenRooms),
    radius,
  });
  const isUpToDate = (items: readonly { event: NeighbourhoodEvent }[]) => {
    const stays = staysIn(items);
    return around.every(({ id }) => stays.get(id)?.at(-1)?.at(-1) === heads.get(id));
  };
  await walker.untilAll(isUpToDate);
  walker.stop();
  await follower.events.untilAll(isUpToDate, 10_000);
  for (const items of [walker.items, follower.events.all]) {
    const stays = staysIn(items);
    expect([...stays.keys()].toSorted()).toEqual(roomIds.toSorted());
    expect(Math.max(...[...stays.values()].flat().map(({ length }) => length))).toBeGreaterThan(20);
    for (const seqs of [...stays.values()].flat()) {
      const [first = 0] = seqs;
      expect(seqs).toEqual(seqs.map((_, i) => first + i));
    }
  }
  expect(follower.subscribedAt.length).toBeGreaterThan(5);
  expect(follower.subscribedAt.length).toBeLessThanOrEqual(follower.subscriptionsMax);
}, 120_000);
