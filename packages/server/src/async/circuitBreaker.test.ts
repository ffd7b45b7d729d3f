import { beforeEach, expect, test } from 'vitest';
import { CircuitBreaker } from './circuitBreaker.ts';

let now = 0;
let breaker: CircuitBreaker;

beforeEach(() => {
  now = 0;
  breaker = new CircuitBreaker({ failures: 3, pauseMs: 1_000, now: () => now });
});

function fail(times: number): void {
  for (let i = 0; i < times; i += 1) breaker.failed();
}

test('calls pause only after consecutive failures', () => {
  fail(2);
  breaker.succeeded();
  fail(2);
  expect(breaker.admit()).toBe(0);
  fail(1);
  expect(breaker.admit()).toBe(1_000);
  now = 400;
  expect(breaker.admit()).toBe(600);
});

test('after the pause one call probes the service; its success admits all calls', () => {
  fail(3);
  now = 1_000;
  expect(breaker.admit()).toBe(0);
  expect(breaker.admit()).toBe(1_000);
  breaker.succeeded();
  expect([breaker.admit(), breaker.admit()]).toEqual([0, 0]);
});

test('after a failed probe the pause begins again; a probe without a result is repeated', () => {
  fail(3);
  now = 1_000;
  expect(breaker.admit()).toBe(0);
  now = 1_500;
  breaker.failed();
  now = 2_499;
  expect(breaker.admit()).toBe(1);
  now = 2_500;
  expect(breaker.admit()).toBe(0);
  now = 3_500;
  expect(breaker.admit()).toBe(0);
});
