import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CallQueue } from './callQueue.ts';

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

test('many items run in order, some in each tick, and later work runs after them', async () => {
  const callQueue = new CallQueue();
  const done: number[] = [];
  const add = (from: number, to: number) =>
    callQueue.run(to - from, () => void callQueue.forEach(numbers(from, to), (n) => done.push(n)));
  add(0, 100);
  expect(done).toEqual(numbers(0, 16));
  add(100, 101);
  add(101, 150);
  add(150, 151);
  expect(callQueue.weight).toBe(51);
  let before = done.length;
  while (done.length < 151) {
    await immediate();
    expect(done.length - before).toBeLessThanOrEqual(16);
    before = done.length;
  }
  expect(done).toEqual(numbers(0, 151));
  await immediate();
  expect(callQueue.weight).toBe(0);
  add(151, 160);
  expect(done).toEqual(numbers(0, 160));
});

test('resolves when the rest is done', async () => {
  const callQueue = new CallQueue();
  const done: number[] = [];
  expect(callQueue.forEach([1], (n) => done.push(n))).toBe(undefined);
  await callQueue.forEach(numbers(2, 80), (n) => done.push(n));
  expect(done).toEqual(numbers(1, 80));
});
