import { EarshotError } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellDistance, cellOf } from '../cells.ts';
import { TravelGuard } from './travelGuard.ts';

const ada = { userId: 'ada', username: 'Ada' };
const berlin = cellOf({ latitude: 52.52, longitude: 13.4 });
const potsdam = cellOf({ latitude: 52.4, longitude: 13.06 });
const hamburg = cellOf({ latitude: 53.55, longitude: 9.99 });
const hour = 3_600_000;

/** A guard over locations in memory, with a clock; a room's id is its cell. Other instances share the locations. */
function world(maxSpeedKmh = 100) {
  const time = { now: 1_000_000_000_000, reads: 0 };
  const locations = new Map<string, { cell: string; at: Date }>();
  const store = {
    location: async (userId: string) => {
      time.reads += 1;
      return locations.get(userId) ?? null;
    },
    saveLocation: async ({ userId }: { userId: string }, cell: string, at: Date) => {
      locations.set(userId, { cell, at });
    },
    room: async (id: string) => (id === 'unknown' ? null : { cell: id === 'no location' ? null : id }),
  };
  const instance = () => new TravelGuard({ store, maxSpeedKmh, clock: () => time.now });
  return { time, locations, instance, guard: instance() };
}

const refusal = (reached: Promise<void>) =>
  reached.then(
    () => null,
    (error: unknown) => (error instanceof EarshotError ? error : Promise.reject(error)),
  );

describe('the location of a user', () => {
  test('moves as fast as allowed, and stays where it was after a faster claim', async () => {
    const { time, locations, guard } = world();
    await guard.saveLocation(ada, berlin);
    time.now += hour;
    await guard.saveLocation(ada, hamburg); // 255 km
    expect(locations.get('ada')).toEqual({ cell: berlin, at: new Date(time.now - hour) });
    time.now += 2 * hour;
    await guard.saveLocation(ada, hamburg);
    expect(locations.get('ada')?.cell).toBe(hamburg);
  });

  test('does not creep: many claims in a moment move it no farther than one', async () => {
    const { time, locations, guard } = world();
    await guard.saveLocation(ada, berlin);
    for (let step = 1; step <= 200; step += 1) {
      time.now += 1_000;
      await guard.saveLocation(ada, cellOf({ latitude: 52.52 + step * 0.009, longitude: 13.4 }));
    }
    expect(cellDistance(berlin, locations.get('ada')?.cell ?? '')).toBeLessThan((100_000 / 3_600) * 200);
  });

  test('of the same cell is renewed, so that rest gives no right to a jump', async () => {
    const { time, guard } = world();
    await guard.saveLocation(ada, berlin);
    time.now += 10 * hour;
    await guard.saveLocation(ada, berlin);
    expect(await refusal(guard.requireReach(hamburg, 'ada'))).toMatchObject({ code: 'ROOM_TOO_FAR' });
  });

  test('is anywhere after 24 hours', async () => {
    const { time, locations, guard } = world(1);
    await guard.saveLocation(ada, berlin);
    time.now += 24 * hour;
    await guard.requireReach(hamburg, 'ada');
    await guard.saveLocation(ada, hamburg);
    expect(locations.get('ada')?.cell).toBe(hamburg);
  });
});

describe('a write', () => {
  test('is allowed within 50 km of where the user can be, and says when the user can have arrived elsewhere', async () => {
    const { time, guard } = world();
    await guard.saveLocation(ada, berlin);
    await guard.requireReach(potsdam, 'ada');
    const error = await refusal(guard.requireReach(hamburg, 'ada'));
    const waitMs = error?.retryAfterMs ?? 0;
    expect(waitMs / hour).toBeCloseTo((cellDistance(berlin, hamburg) - 50_000) / 100_000, 3);
    time.now += waitMs - 1_000;
    expect(await refusal(guard.requireReach(hamburg, 'ada'))).toMatchObject({ code: 'ROOM_TOO_FAR' });
    time.now += 1_000;
    await guard.requireReach(hamburg, 'ada');
  });

  test('waits for 24 hours at most', async () => {
    const { guard } = world(1);
    await guard.saveLocation(ada, berlin);
    const tokyo = cellOf({ latitude: 35.68, longitude: 139.77 });
    expect(await refusal(guard.requireReach(tokyo, 'ada'))).toMatchObject({ retryAfterMs: 24 * hour });
  });

  test('is allowed without a known location of the user or the room', async () => {
    const { guard } = world();
    await guard.requireReach(hamburg, 'ada');
    await guard.saveLocation(ada, berlin);
    await guard.requireReach('no location', 'ada');
    await guard.requireReach('unknown', 'ada');
  });

  test('is allowed at once where another instance has stored a location that allows it', async () => {
    const { time, guard, instance } = world();
    await guard.saveLocation(ada, berlin);
    await guard.requireReach(berlin, 'ada');
    time.now += 3 * hour;
    await instance().saveLocation(ada, hamburg);
    await guard.requireReach(hamburg, 'ada');
  });

  test('reads the location once for many writes, and nothing while the guard is off', async () => {
    const { time, guard } = world();
    await guard.saveLocation(ada, berlin);
    time.reads = 0;
    for (let write = 0; write < 100; write += 1) await guard.requireReach(berlin, 'ada');
    expect(time.reads).toBe(1);
    const off = world(0);
    await off.guard.saveLocation(ada, berlin);
    await off.guard.saveLocation(ada, hamburg);
    await off.guard.requireReach(berlin, 'ada');
    expect([off.time.reads, off.locations.get('ada')?.cell]).toEqual([0, hamburg]);
  });
});

test('wherever users are, poles and antimeridian included: allowed writes are in reach, refused ones are not', async () => {
  const point = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(point, point, fc.integer({ min: 0, max: 23 * hour }), async (from, to, elapsed) => {
      const { time, guard } = world(500);
      await guard.saveLocation(ada, cellOf(from));
      time.now += elapsed;
      const error = await refusal(guard.requireReach(cellOf(to), 'ada'));
      const reach = 50_000 + (500_000 / hour) * elapsed;
      expect(error !== null).toBe(cellDistance(cellOf(from), cellOf(to)) > reach);
    }),
  );
});
