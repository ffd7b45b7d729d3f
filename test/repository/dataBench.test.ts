import { expect, test } from 'vitest';
import { dataCalls, frameCalls, procedureCalls, routeCalls } from '../bench/data/calls/calls.ts';
import { dataSet, heavyUser, smallScale } from '../bench/data/dataSet.ts';
import { type CallFigures, problems } from '../bench/data/verdict.ts';
import { procedureKinds } from '../resources/procedures.ts';
import { frameActions, routeActions } from '../resources/rights/rightsCalls.ts';

test('the benchmark of much data measures every procedure, frame and route', () => {
  expect(Object.keys(procedureCalls).toSorted()).toEqual([...procedureKinds.keys()].toSorted());
  expect(Object.keys(frameCalls).toSorted()).toEqual(Object.keys(frameActions).toSorted());
  expect(Object.keys(routeCalls).toSorted()).toEqual(Object.keys(routeActions).toSorted());
  const all = [procedureCalls, frameCalls, routeCalls].flatMap((calls) => Object.keys(calls));
  expect(Object.keys(dataCalls)).toHaveLength(all.length);
});

test('a set has the promised amounts, sound logs, and the same data each time', () => {
  const data = dataSet(smallScale);
  const rooms = [...data.rooms()];
  expect(rooms).toHaveLength(1_000);
  expect(rooms).toEqual([...dataSet(smallScale).rooms()]);
  const counts = { messages: 0, members: 0, edited: 0, deleted: 0, heavy: 0 };
  const ids = new Set<string>();
  for (const room of rooms) {
    counts.members += room.members.length;
    let [last, time] = [0, 0];
    for (const message of data.messages(room)) {
      expect([message.seq, message.timestamp > time]).toEqual([last + 1, true]);
      [last, time] = [message.updatedSeq, message.timestamp];
      ids.add(message.id);
      counts.messages += 1;
      counts.edited += Number(message.isEdited);
      counts.deleted += Number(message.isDeleted);
      counts.heavy += Number(message.userId === heavyUser);
    }
  }
  expect(ids.size).toBe(counts.messages);
  expect([...ids].every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
  expect(counts).toMatchObject({ messages: 25_000, members: 1_200, heavy: 5_000 });
  expect([counts.edited, counts.deleted].every((count) => count > 400 && count < 1_100)).toBe(true);
});

test('the verdict names what misses a goal, and ignores differences within the noise', () => {
  const figures = (change: Partial<CallFigures>): CallFigures => ({
    ...{ cpu: 1_000, database: 1_000, p50: 1, p99: 1, hold: 1, failed: undefined },
    ...change,
  });
  expect(problems(figures({}), figures({ cpu: 1_500, hold: 10 }))).toEqual([]);
  expect(problems(figures({ cpu: 100, database: 0 }), figures({ cpu: 200, database: 0 }))).toEqual([]);
  expect(problems(figures({}), figures({ cpu: 1_501, database: 1_501, hold: 10.1 }))).toEqual([
    'CPU',
    'mongod',
    'hold',
  ]);
  expect(problems(figures({ failed: 'RATE_LIMITED' }), figures({}))).toEqual(['failed: RATE_LIMITED']);
});
