import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { manyMessages, type OriginalDatabase, originalDatabase } from '../resources/originalDatabase.ts';
import { runEarshot, startEarshot } from '../resources/process.ts';

const count = 20_000;

/** Whether each room's numbers are 1, 2, 3 ... */
async function hasNoGaps({ db }: OriginalDatabase): Promise<boolean> {
  const rooms = await db
    .collection('messages')
    .aggregate([
      { $match: { seq: { $exists: true } } },
      { $group: { _id: '$room_id', count: { $sum: 1 }, last: { $max: '$updated_seq' } } },
    ])
    .toArray();
  return rooms.every((room) => room.count === room.last);
}

test('a migration that is killed several times has the same result as an undisturbed one', async () => {
  const messages = manyMessages({ count, rooms: 7 });
  await using undisturbed = await originalDatabase({ messages });
  await using interrupted = await originalDatabase({ messages });
  expect(await runEarshot(['migrate'], undisturbed.env)).toMatchObject({ code: 0 });

  const collection = interrupted.db.collection('messages');
  const isRead = { timestamp: { $type: 'date' } };
  const isPlaced = { seq: { $exists: true } };
  const read = await collection.countDocuments(isRead);
  const kills = [
    { of: isRead, after: read },
    { of: isRead, after: read + 2_000 },
    { of: isPlaced, after: 0 },
    { of: isPlaced, after: 2_000 },
    { of: isPlaced, after: 5_000 },
  ];
  for (const { of, after } of kills) {
    await using _migration = startEarshot(['migrate'], interrupted.env);
    await eventually(async () => (await collection.countDocuments(of)) > after, 60_000);
    expect(await hasNoGaps(interrupted)).toBe(true);
  }
  const placed = await collection.countDocuments(isPlaced);
  expect(placed).toBeGreaterThan(5_000);
  expect(placed).toBeLessThan(count);
  expect(await runEarshot(['serve'], interrupted.env)).toMatchObject({ code: 1 });

  {
    // The indexes may be missing, or be in construction.
    await using _migration = startEarshot(['migrate'], interrupted.env);
    await eventually(async () => (await collection.countDocuments(isPlaced)) === count, 60_000);
  }
  expect(await runEarshot(['migrate'], interrupted.env)).toMatchObject({ code: 0 });
  expect(await hasNoGaps(interrupted)).toBe(true);
  // Only the time of the migration may differ.
  expect(await interrupted.dump(['migrations'])).toEqual(await undisturbed.dump(['migrations']));
});
