import { afterAll, beforeAll, expect } from 'vitest';

/**
 * Node.js warns of an object with many listeners, because they may never be removed. In a test this is a failure: either it is true, or users
 * would see the warning in vain.
 */
const warnings: string[] = [];

function note({ name, message }: Error): void {
  if (name === 'MaxListenersExceededWarning') warnings.push(message);
}

beforeAll(() => {
  process.on('warning', note);
});

afterAll(() => {
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
