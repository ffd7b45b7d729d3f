import { expect, test } from 'vitest';
import { KeyedQueue } from './keyedQueue.ts';

test('runs tasks of one key one after another', async () => {
  const queue = new KeyedQueue();
  const gate = Promise.withResolvers<void>();
  const log: string[] = [];
  const first = queue.run('a', async () => {
    log.push('first starts');
    await gate.promise;
    log.push('first ends');
  });
  const second = queue.run('a', async () => log.push('second'));
  await queue.run('b', async () => log.push('other key'));
  gate.resolve();
  await Promise.all([first, second]);
  expect(log).toEqual(['first starts', 'other key', 'first ends', 'second']);
});

test('a failed task fails only for its caller', async () => {
  const queue = new KeyedQueue();
  const failing = queue.run('a', async () => Promise.reject(new Error('no')));
  const following = queue.run('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await following).toBe('yes');
});

test('keeps nothing of finished keys', async () => {
  const queue = new KeyedQueue();
  for (let n = 0; n < 10; n += 1) {
    void queue.run(`key ${n % 3}`, async () => {});
  }
  expect(queue.size).toBe(3);
  await queue.drained();
  expect(queue.size).toBe(0);
});
