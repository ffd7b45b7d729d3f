import { expect, test } from 'vitest';
import { parseReconnectReason, reconnectReason } from './reconnectReason.ts';

test.each([0, 5_000, 300_000])('a reason of %i ms is read back', (ms) => {
  expect(parseReconnectReason(reconnectReason(ms))).toBe(ms);
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['bye', undefined],
  ['{', undefined],
  ['{}', undefined],
  ['{"reconnectWithinMs":"5"}', undefined],
  ['{"reconnectWithinMs":-1}', undefined],
  ['{"reconnectWithinMs":9000000}', 300_000],
])('%j has %s', (reason, expected) => expect(parseReconnectReason(reason)).toBe(expected));
