import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { streamClaims } from './streamClaims.ts';
import { browser } from './testPages.ts';

const host = 'a.example';
const count = (releases: readonly unknown[]) => releases.filter((release) => release !== null).length;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('pages that claim at the same moment get four slots together, for each server', async () => {
  const { openPage } = browser();
  const pages = [openPage(), openPage(), openPage()];
  const taken = await Promise.all(pages.flatMap((page) => [page.take(), page.take(), page.take('b.example')]));
  expect([count(taken), count(taken.filter((_, index) => index % 3 === 2))]).toEqual([7, 3]);
  expect(pages.flatMap(({ revoked }) => revoked)).toEqual([]);
});

test('a slot is free after its release', async () => {
  const { openPage } = browser();
  const [one, other] = [openPage(), openPage()];
  const [first] = [await one.take(), await one.take(), await one.take(), await one.take()];
  expect(await other.take()).toBeNull();
  first?.();
  expect(await other.take()).not.toBeNull();
  expect([await one.take(), await other.take()]).toEqual([null, null]);
});

test('slots of a page that is closed are free at once', async () => {
  const { openPage } = browser();
  const [one, other] = [openPage(), openPage()];
  for (let i = 0; i < 4; i += 1) await one.take();
  one.close();
  expect(count([await other.take(), await other.take()])).toBe(2);
});

test('a page that closes while it is asked has answered', async () => {
  const { openPage } = browser();
  const [one, other] = [openPage(), openPage()];
  for (let i = 0; i < 4; i += 1) await one.take();
  one.block();
  const taken = other.take();
  await vi.advanceTimersByTimeAsync(100);
  one.close();
  expect(await taken).not.toBeNull();
});

test('slots of a page that crashed are free after five seconds', async () => {
  const { openPage } = browser();
  const [one, other] = [openPage(), openPage()];
  for (let i = 0; i < 3; i += 1) await one.take();
  one.crash();
  await other.take();
  const taken = other.take();
  await vi.advanceTimersByTimeAsync(4_900);
  expect(await Promise.race([taken, 'it still waits'])).toBe('it still waits');
  await vi.advanceTimersByTimeAsync(200);
  expect(await taken).not.toBeNull();
  expect(count([await other.take(), await other.take(), await other.take()])).toBe(2);
});

test('a busy page that answers late keeps its slots, and no fifth stream opens meanwhile', async () => {
  const { openPage } = browser();
  const [busy, other] = [openPage(), openPage()];
  for (let i = 0; i < 3; i += 1) await busy.take();
  busy.block();
  expect(await other.take()).not.toBeNull();
  const fifth = other.take();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await Promise.race([fifth, 'it still waits'])).toBe('it still waits');
  busy.unblock();
  expect(await fifth).toBeNull();
  expect([busy.revoked, other.revoked]).toEqual([[], []]);
});

test('a page that is blocked for longer loses its slots, and ends its streams when it runs again', async () => {
  const { openPage } = browser();
  const [blocked, other] = [openPage(), openPage()];
  for (let i = 0; i < 4; i += 1) await blocked.take();
  blocked.block();
  const taken = other.take();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await taken).not.toBeNull();
  blocked.unblock();
  await vi.advanceTimersByTimeAsync(0);
  expect(blocked.revoked).toEqual(Array(4).fill(host));
  expect(count([await other.take(), await other.take(), await other.take(), await blocked.take()])).toBe(3);
});

test('after a sleep of the device, answers are awaited', async () => {
  const { openPage } = browser();
  const [one, other] = [openPage(), openPage()];
  for (let i = 0; i < 4; i += 1) await one.take();
  one.block();
  const taken = other.take();
  await vi.advanceTimersByTimeAsync(100);
  vi.setSystemTime(Date.now() + 3_600_000); // of all timers, only the pending one is due when the device wakes up
  await vi.advanceTimersToNextTimerAsync();
  one.unblock();
  expect(await taken).toBeNull();
});

test.each([
  ['without a store', () => streamClaims(null)],
  ['while the store fails', () => browser({ storeFails: true }).claims()],
])('%s, a page counts only its own streams', async (_when, openClaims) => {
  const claims = openClaims();
  const take = () => claims(host, () => {});
  expect(count(await Promise.all([take(), take(), take(), take(), take()]))).toBe(4);
  const release = await take();
  expect(release).toBeNull();
});

/** What may happen next in one of three pages. */
const step = fc.record({
  page: fc.nat(2),
  act: fc.constantFrom('take', 'take', 'take', 'release', 'block', 'unblock'),
  /** Milliseconds until the next step. */
  pauseMs: fc.nat(300),
});

test('in any order of claims, releases and late answers, at most four streams are open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const { openPage } = browser();
      const pages = [openPage(), openPage(), openPage()];
      const releases: (() => void)[][] = [[], [], []];
      const openStreams = () => releases.flat().length;
      const pending: Promise<unknown>[] = [];
      for (const { page: index, act, pauseMs } of steps) {
        const page = pages[index];
        const own = releases[index];
        if (page === undefined || own === undefined) continue;
        if (act === 'take') pending.push(page.take().then((release) => release && own.push(release)));
        else if (act === 'release') own.pop()?.();
        else page[act]();
        await vi.advanceTimersByTimeAsync(pauseMs);
        expect(openStreams()).toBeLessThanOrEqual(4);
      }
      for (const page of pages) page.unblock();
      await vi.advanceTimersByTimeAsync(0);
      await Promise.all(pending);
      expect(openStreams()).toBeLessThanOrEqual(4);
      expect(pages.flatMap(({ revoked }) => revoked)).toEqual([]);
      // No slot is lost either.
      const [first] = pages;
      const free = 4 - openStreams();
      for (let i = 0; i < free; i += 1) expect(await first?.take()).not.toBeNull();
      expect(await first?.take()).toBeNull();
    }),
  );
});
