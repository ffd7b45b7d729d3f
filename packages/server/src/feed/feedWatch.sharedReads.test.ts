import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('many resuming from similar positions share one read, and each receives what it missed', async () => {
  const { reader, appendUnpublished, store } = createBench();
  appendUnpublished(30);
  const watchers = await Promise.all(Array.from({ length: 40 }, (_, n) => reader({ after: 17 + (n % 10) })));
  expect(watchers.map(({ changes }) => changes.length)).toEqual(Array.from(watchers, (_, n) => 13 - (n % 10)));
  expect(store.reads).toMatchObject({ snapshot: 0, changesSince: 1, lastChange: 10 });
});

test('many with several pages share the reads of all of them', async () => {
  const { reader, appendUnpublished, store, pass } = createBench({ pageSize: 10 });
  appendUnpublished(45);
  await reader({ after: 2 });
  await pass(100);
  const resumed = Array.from({ length: 20 }, (_, n) => reader({ after: n % 5 }));
  for (const [n, { summary }] of (await Promise.all(resumed)).entries()) {
    expect(summary).toEqual(Array.from({ length: 45 - (n % 5) }, (_, at) => `+${at + 1 + (n % 5)}`));
  }
  expect(store.reads).toMatchObject({ snapshot: 0, changesSince: 5 });
});
