import { cellOf } from '../../packages/server/src/cells.ts';
import { removeIdleRooms } from '../../packages/server/src/domain/removeIdleRooms.ts';
import type { BrokerEvent } from '../../packages/server/src/feed/envelope.ts';
import { createInProcessPresence } from '../../packages/server/src/presence/inProcessPresence.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import type { storeDrivers } from './stores.ts';

export const start = 1_700_000_000_000;
const minute = 60_000;
const here = cellOf({ latitude: 48.2, longitude: 16.37 });
const ana = { userId: 'ana', username: 'Ana' };

interface Options {
  roomTtlMs?: number | null;
}

/** Two instances on one database, with a shared clock, and the job that removes unused rooms. */
export async function idleRoomSite(
  newSite: (typeof storeDrivers)[number]['newSite'],
  { roomTtlMs = null }: Options = {},
) {
  await using stack = new AsyncDisposableStack();
  const site = stack.use(await newSite());
  const clock = { now: start };
  const [store, other] = [await site.open(() => clock.now), await site.open(() => clock.now)];
  const presence = stack.adopt(createInProcessPresence(), (one) => one.close());
  const published: { roomId: string; event: BrokerEvent }[] = [];
  const hub = { publish: async (roomId: string, event: BrokerEvent) => void published.push({ roomId, event }) };
  const nearby = { invalidate() {} };
  const make = async (cell: string = here) => {
    const { room } = await store.nearestOrNewRoom({ cell, radius: 0, name: 'Here', createdBy: 'ana' });
    await store.addMember(room.id, ana);
    return room.id;
  };
  const clean = (one: Store = store) =>
    removeIdleRooms({ store: one, presence, hub, nearby }, { roomTtlMs, now: new Date(clock.now) });
  /** Runs both steps. */
  const cleanTwice = async () => {
    await clean();
    clock.now += 2 * minute;
    return clean();
  };
  const owned = stack.move();
  return {
    ...{ site, store, other, presence, clock, published, make, clean, cleanTwice },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
