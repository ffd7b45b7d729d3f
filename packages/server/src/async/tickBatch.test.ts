import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TickBatch } from './tickBatch.ts';

test('work added in one turn runs in the next, all of it before its next-tick callbacks', async () => {
  const tickBatch = new TickBatch();
  const done: string[] = [];
  for (const name of ['one', 'two']) {
    tickBatch.add(() => {
      done.push(name);
      process.nextTick(() => done.push(`after ${name}`));
    });
  }
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['one', 'two', 'after one', 'after two']);
});

test('cancelled work does not run, even in the same turn', async () => {
  const tickBatch = new TickBatch();
  const done: string[] = [];
  const takeBack = tickBatch.add(() => done.push('never'));
  tickBatch.add(() => takeBackLater());
  const takeBackLater = tickBatch.add(() => done.push('never either'));
  takeBack();
  await nextTurn();
  expect(done).toEqual([]);
});

test('work added while other work runs gets a turn of its own', async () => {
  const tickBatch = new TickBatch();
  const done: string[] = [];
  tickBatch.add(() => tickBatch.add(() => done.push('later')));
  await nextTurn();
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['later']);
});

test('work beyond the time limit moves to the next turn, in order', async () => {
  let now = 0;
  const tickBatch = new TickBatch({ longestMs: 4, now: () => now });
  const done: string[] = [];
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    tickBatch.add(() => {
      now += 2;
      done.push(name);
    });
  }
  await nextTurn();
  expect(done).toEqual(['one', 'two']);
  tickBatch.add(() => done.push('last'));
  await nextTurn();
  expect(done).toEqual(['one', 'two', 'three', 'four']);
  await nextTurn();
  expect(done).toEqual(['one', 'two', 'three', 'four', 'five', 'last']);
});
