import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataFolder } from '../../../../../test/resources/dataFolder.ts';
import { createLogger } from '../../observe/logger.ts';
import type { NewReport } from '../../store/reports.ts';
import { openEmbeddedStore } from '../../store/sqlite/openEmbedded.ts';
import type { Store } from '../../store/store.ts';
import { expireHeld } from './expireHeld.ts';

let stack: AsyncDisposableStack;
let store: Store;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const data = stack.use(await dataFolder());
  store = stack.adopt(await openEmbeddedStore(data.path, createLogger('silent')), (part) => part.close());
});

afterEach(() => stack.disposeAsync());

const held = (content: string): NewReport => ({
  ...{ kind: 'held', roomId: 'room', cell: null, audience: 'room', reporter: null, reason: 'screening', note: null },
  subject: { userId: 'ben', username: 'Ben' },
  message: {
    ...{ id: null, userId: 'ben', username: 'Ben', content },
    ...{ timestamp: new Date(), editedAt: null, deleted: false },
  },
  context: [],
});

/** Nothing is sent. */
const hub = { publish: () => Promise.reject(new Error('an expired message was sent')) };

const daysFromNow = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1_000);

test('messages that wait for a week are refused, with a record; reports stay', async () => {
  for (let index = 0; index < 60; index += 1) await store.reports.add(held(`message ${index}`), 1_000);
  await store.reports.add(
    { ...held('reported'), kind: 'report', reporter: { userId: 'cleo', username: 'Cleo' } },
    1_000,
  );
  const open = () =>
    store.reports.count(
      { state: 'open', kinds: ['held', 'report'], scope: { type: 'server' }, exceptSubject: null },
      100,
    );
  await expireHeld({ store, hub }, daysFromNow(6.9));
  expect(await open()).toBe(61);
  await expireHeld({ store, hub }, daysFromNow(7.1));
  expect(await open()).toBe(1);
  const { reports } = await store.reports.pageOf({ subjectId: 'ben' }, { limit: 100 });
  const outcomes = reports.filter(({ kind }) => kind === 'held').map(({ resolution }) => resolution?.outcome);
  expect(outcomes).toEqual(Array.from({ length: 60 }, () => 'expired'));
  const { entries } = await store.audit.page({ filters: {}, limit: 100 });
  expect(entries).toHaveLength(60);
  expect(entries[0]).toMatchObject({ action: 'resolveReport', detail: { kind: 'held', outcome: 'expired' } });
});
