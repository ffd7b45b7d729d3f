import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TimeSlicedQueue } from './timeSlicedQueue.ts';

test('work added in one tick runs in the next one, before its process.nextTick callbacks', async () => {
  const queue = new TimeSlicedQueue();
  const done: string[] = [];
  for (const name of ['one', 'two']) {
    queue.add(() => {
      done.push(name);
      process.nextTick(() => done.push(`after ${name}`));
    });
  }
  expect(done).toEqual([]);
  await immediate();
  expect(done).toEqual(['one', 'two', 'after one', 'after two']);
});

test('cancelled work does not run, even in the same tick', async () => {
  const queue = new TimeSlicedQueue();
  const done: string[] = [];
  const cancel = queue.add(() => done.push('never'));
  queue.add(() => cancelLater());
  const cancelLater = queue.add(() => done.push('never either'));
  cancel();
  await immediate();
  expect(done).toEqual([]);
});

test('work added while other work runs gets its own tick', async () => {
  const queue = new TimeSlicedQueue();
  const done: string[] = [];
  queue.add(() => queue.add(() => done.push('later')));
  await immediate();
  expect(done).toEqual([]);
  await immediate();
  expect(done).toEqual(['later']);
});

test('work beyond the time limit moves to the next tick, in order', async () => {
  let now = 0;
  const queue = new TimeSlicedQueue({ longestMs: 4, now: () => now });
  const done: string[] = [];
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    queue.add(() => {
      now += 2;
      done.push(name);
    });
  }
  await immediate();
  expect(done).toEqual(['one', 'two']);
  queue.add(() => done.push('last'));
  await immediate();
  expect(done).toEqual(['one', 'two', 'three', 'four']);
  await immediate();
  expect(done).toEqual(['one', 'two', 'three', 'four', 'five', 'last']);
});
