import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turn } from './turn.ts';

test('work added in one turn runs in the next, all of it before its next-tick callbacks', async () => {
  const turn = new Turn();
  const done: string[] = [];
  for (const name of ['one', 'two']) {
    turn.add(() => {
      done.push(name);
      process.nextTick(() => done.push(`after ${name}`));
    });
  }
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['one', 'two', 'after one', 'after two']);
});

test('cancelled work does not run, even in the same turn', async () => {
  const turn = new Turn();
  const done: string[] = [];
  const takeBack = turn.add(() => done.push('never'));
  turn.add(() => takeBackLater());
  const takeBackLater = turn.add(() => done.push('never either'));
  takeBack();
  await nextTurn();
  expect(done).toEqual([]);
});

test('work added while other work runs gets a turn of its own', async () => {
  const turn = new Turn();
  const done: string[] = [];
  turn.add(() => turn.add(() => done.push('later')));
  await nextTurn();
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['later']);
});

test('work beyond the time limit moves to the next turn, in order', async () => {
  let now = 0;
  const turn = new Turn({ longestMs: 4, now: () => now });
  const done: string[] = [];
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    turn.add(() => {
      now += 2;
      done.push(name);
    });
  }
  await nextTurn();
  expect(done).toEqual(['one', 'two']);
  turn.add(() => done.push('last'));
  await nextTurn();
  expect(done).toEqual(['one', 'two', 'three', 'four']);
  await nextTurn();
  expect(done).toEqual(['one', 'two', 'three', 'four', 'five', 'last']);
});
