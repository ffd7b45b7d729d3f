import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { manyMessages, type OriginalDatabase, originalDatabase } from '../resources/originalDatabase.ts';
import { runEarshot, startEarshot } from '../resources/process.ts';

const count = 10_000;

/** Whether each room's numbers are 1, 2, 3 ... */
async function isWithoutHoles({ db }: OriginalDatabase): Promise<boolean> {
  const rooms = await db
    .collection('messages')
    .aggregate([
      { $match: { seq: { $exists: true } } },
      { $group: { _id: '$room_id', count: { $sum: 1 }, last: { $max: '$updated_seq' } } },
    ])
    .toArray();
  return rooms.every((room) => room.count === room.last);
}

test('a migration that is killed time and again ends as one that was left in peace', async () => {
  const messages = manyMessages({ count, rooms: 7 });
  await using peaceful = await originalDatabase({ messages });
  await using troubled = await originalDatabase({ messages });
  expect(await runEarshot(['migrate'], peaceful.env)).toMatchObject({ code: 0 });

  const collection = troubled.db.collection('messages');
  const isRead = { timestamp: { $type: 'date' } };
  const isPlaced = { seq: { $exists: true } };
  const read = await collection.countDocuments(isRead);
  const deaths = [
    { of: isRead, after: read },
    { of: isRead, after: read + 2_000 },
    { of: isPlaced, after: 0 },
    { of: isPlaced, after: 2_000 },
    { of: isPlaced, after: 5_000 },
  ];
  for (const { of, after } of deaths) {
    await using _migration = startEarshot(['migrate'], troubled.env);
    await eventually(async () => (await collection.countDocuments(of)) > after, 60_000);
  }
  const placed = await collection.countDocuments(isPlaced);
  expect(placed).toBeGreaterThan(5_000);
  expect(placed).toBeLessThan(count);
  expect(await isWithoutHoles(troubled)).toBe(true);
  expect(await runEarshot(['serve'], troubled.env)).toMatchObject({ code: 1 });

  expect(await runEarshot(['migrate'], troubled.env)).toMatchObject({ code: 0 });
  expect(await isWithoutHoles(troubled)).toBe(true);
  // When it was done is all that may differ.
  expect(await troubled.dump(['migrations'])).toEqual(await peaceful.dump(['migrations']));
});
