import { expect, test } from 'vitest';
import type { ControlHint } from '../../feed/controlTopic.ts';
import { noSettings, type PrivacyChange, type PrivacySettings } from '../../store/privacy.ts';
import { PrivacyCache } from './privacyCache.ts';
import type { PrivacyWatcher } from './userPrivacy.ts';

/** A store in memory that counts its reads. */
class Settings {
  readonly privacy = {
    read: async (userId: string) => {
      this.reads.push(userId);
      await this.ready;
      return this.#of.get(userId) ?? noSettings;
    },
    changedSince: async (time: Date, limit: number, latestMs = Number.NEGATIVE_INFINITY) => {
      this.polls += 1;
      await this.ready;
      const since = Math.min(time.getTime(), this.now() - latestMs);
      return this.#changes.filter(({ changedAt }) => changedAt.getTime() >= since).slice(0, limit);
    },
  };
  reads: string[] = [];
  polls = 0;
  ready = Promise.resolve();
  now = () => Date.now();
  #of = new Map<string, PrivacySettings>();
  #changes: PrivacyChange[] = [];

  setBlocks(userId: string, blocked: readonly string[]): void {
    const version = `${Number(this.#of.get(userId)?.version ?? 0) + 1}`;
    this.#of.set(userId, {
      ...noSettings,
      version,
      changedAt: this.now(),
      blocked: blocked.map((id) => ({ userId: id, username: null })),
    });
    this.#changes = this.#changes.filter((change) => change.userId !== userId);
    this.#changes.push({ userId, version, changedAt: new Date(this.now()) });
  }
}

const noControl = { publish: async () => {}, onHint: () => () => {} };

const counting = (): PrivacyWatcher & { changes: number } => ({
  changes: 0,
  onBlocksChanged() {
    this.changes += 1;
  },
});

test('settings are read once, and shared by concurrent callers', async () => {
  const store = new Settings();
  store.setBlocks('ada', ['bob']);
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 60_000 });
  const [one, other] = await Promise.all([cache.of('ada'), cache.of('ada')]);
  expect(one).toBe(other);
  expect(await cache.of('ada')).toBe(one);
  expect([one.blocks('bob'), one.blocks('eve'), one.blockCount]).toEqual([true, false, 1]);
  expect(store.reads).toEqual(['ada']);
  cache.close();
});

test('a refresh during a read reads again, and reports a changed list once', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 60_000 });
  const ada = await cache.of('ada');
  const watcher = counting();
  ada.addWatcher(watcher);
  const { promise, resolve } = Promise.withResolvers<void>();
  store.ready = promise;
  const first = cache.refresh('ada');
  store.setBlocks('ada', ['bob']);
  const second = cache.refresh('ada');
  resolve();
  await Promise.all([first, second]);
  expect(store.reads.length).toBeGreaterThan(1);
  expect([ada.blocks('bob'), watcher.changes]).toEqual([true, 1]);
  await cache.refresh('ada');
  expect(watcher.changes).toBe(1);
  ada.removeWatcher(watcher);
  store.setBlocks('ada', []);
  await cache.refresh('ada');
  expect([ada.blocks('bob'), watcher.changes]).toEqual([false, 1]);
  cache.close();
});

test('changes of other instances are read, also after the store failed', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 1 });
  const ada = await cache.of('ada');
  const { promise, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  store.ready = promise;
  reject(new Error('the store is down'));
  const { polls } = store;
  await expect.poll(() => store.polls).toBeGreaterThan(polls + 2);
  store.ready = Promise.resolve();
  store.setBlocks('eve', ['x']); // of no interest here
  store.setBlocks('ada', ['bob']);
  await expect.poll(() => ada.blocks('bob')).toBe(true);
  expect(store.reads).not.toContain('eve');
  const { length } = store.reads;
  await expect.poll(() => store.polls).toBeGreaterThan(polls + 20);
  expect(store.reads).toHaveLength(length);
  cache.close();
});

test('changes of other instances are read after the store’s clock has gone back', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 1 });
  const ada = await cache.of('ada');
  store.setBlocks('ada', ['bob']);
  await expect.poll(() => ada.blocks('bob')).toBe(true);
  store.now = () => Date.now() - 3_600_000;
  store.setBlocks('ada', ['bob', 'eve']);
  await expect.poll(() => ada.blocks('eve')).toBe(true);
  cache.close();
});

test('a hint of another instance makes known settings be read again, and a change here is a hint for others', async () => {
  const store = new Settings();
  const listeners = new Set<(hint: ControlHint) => void>();
  const published: ControlHint[] = [];
  const control = {
    publish: async (hint: ControlHint) => void published.push(hint),
    onHint: (listener: (hint: ControlHint) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const cache = new PrivacyCache({ store, control, pollMs: 60_000 });
  const ada = await cache.of('ada');
  store.setBlocks('ada', ['bob']);
  store.setBlocks('eve', ['bob']);
  for (const listener of listeners) for (const userId of ['ada', 'eve']) listener({ type: 'privacy', userId });
  await expect.poll(() => ada.blocks('bob')).toBe(true);
  expect(store.reads).not.toContain('eve');
  await cache.changed('ada');
  expect(published).toEqual([{ type: 'privacy', userId: 'ada' }]);
  cache.close();
  expect(listeners.size).toBe(0);
});

test('settings that can’t be read are an error, and are read when they are needed next', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 60_000 });
  store.ready = Promise.reject(new Error('the store is down'));
  await expect(cache.of('ada')).rejects.toThrow('down');
  store.ready = Promise.resolve();
  expect((await cache.of('ada')).blockCount).toBe(0);
  cache.close();
});

test('ten thousand users stay in memory, and those with watches', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 60_000 });
  const watched = await Promise.all(['w1', 'w2'].map((userId) => cache.of(userId)));
  for (const user of watched) user.addWatcher(counting());
  for (let n = 0; n < 10_100; n += 1) await cache.of(`user ${n}`);
  expect(cache.size).toBeLessThanOrEqual(10_001);
  expect(await cache.of('w1')).toBe(watched[0]);
  expect(store.reads.filter((userId) => userId === 'w1')).toHaveLength(1);
  cache.close();
});

test('at most 200,000 blocks of users without watches stay in memory', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 60_000 });
  const ids = Array.from({ length: 1_000 }, (_, n) => `blocked ${n}`);
  for (let n = 0; n < 250; n += 1) {
    store.setBlocks(`user ${n}`, ids);
    await cache.of(`user ${n}`);
  }
  expect(cache.size).toBeLessThanOrEqual(201);
  cache.close();
});

test('other work runs between two pages of changes', async () => {
  const store = new Settings();
  const cache = new PrivacyCache({ store, control: noControl, pollMs: 1 });
  await cache.of('ada'); // changes are read once a user is known
  let ticks = 0;
  let tick: NodeJS.Immediate | undefined;
  const count = () => {
    ticks += 1;
    tick = setImmediate(count);
  };
  const ticksBefore: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = Date.now();
  store.privacy.changedSince = async (_time, limit) => {
    ticksBefore.push(ticks);
    if (ticksBefore.length === 1) count();
    const page = ticksBefore.length;
    if (page === 5) resolve();
    const changes = Array.from({ length: page === 5 ? 0 : limit }, (_, n) => `${page} ${n}`);
    return changes.map((userId) => ({ userId, version: '1', changedAt: new Date(start + page) }));
  };
  await promise;
  clearImmediate(tick);
  cache.close();
  expect(ticksBefore).toEqual([...new Set(ticksBefore)]);
});
