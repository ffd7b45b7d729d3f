import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { AddressStarts } from './addressStarts.ts';

const openSocket = () => new EventEmitter();

test('the sockets of one address are bounded together, and not those of another', async () => {
  const all = new AddressStarts({ isBounded: true });
  const sockets = Array.from({ length: 20 }, () => all.add('192.0.2.1', openSocket()));
  const other = all.add('192.0.2.2', openSocket());
  const waits = sockets.flatMap((starts) => Array.from({ length: 10 }, () => starts.take()));
  expect(waits.filter((wait) => wait === undefined)).toHaveLength(8);
  expect(other.take()).toBe(undefined);
  const startedAt = performance.now();
  await Promise.all(waits);
  expect(performance.now() - startedAt).toBeGreaterThan(30);
});

test('without a bound each socket has its own', () => {
  const all = new AddressStarts({ isBounded: false });
  expect(all.add('192.0.2.1', openSocket())).not.toBe(all.add('192.0.2.1', openSocket()));
  expect(all.size).toBe(0);
});

test('an address is forgotten with its last socket', () => {
  const all = new AddressStarts({ isBounded: true });
  const [first, second] = [openSocket(), openSocket()];
  expect(all.add('192.0.2.1', first)).toBe(all.add('192.0.2.1', second));
  first.emit('close');
  expect(all.size).toBe(1);
  second.emit('close');
  expect(all.size).toBe(0);
});
