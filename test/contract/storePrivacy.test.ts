import { privacyLimits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../packages/server/src/store/store.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

const bob = { userId: 'bob', username: 'Bob' };
const eve = { userId: 'eve', username: null };

const blockedBy = async (store: Store, userId: string) => (await store.privacy.read(userId)).blocked;

describe.each(storeDrivers)('$driver: privacy settings', ({ newSite }) => {
  test('are empty until they are changed', async () => {
    await using site = await newSite();
    const { privacy } = await site.open();
    const none = { version: '', changedAt: 0, blocked: [], visibility: { isVisible: true, exceptRooms: [] } };
    expect(await privacy.read('ada')).toEqual(none);
    expect(await privacy.unblock('ada', 'bob')).toBe(false);
    expect(await privacy.read('ada')).toEqual(none);
    expect(await privacy.changedSince(new Date(0), 10)).toEqual([]);
  });

  test('have the blocked users, on every instance and after a restart, the last one first', async () => {
    await using site = await newSite();
    let time = 1_700_000_000_000;
    const clock = () => time++;
    const [store, other] = [await site.open(clock), await site.open(clock)];
    expect(await store.privacy.block('ada', bob)).toBe(true);
    expect(await other.privacy.block('ada', bob)).toBe(false);
    expect(await other.privacy.block('ada', eve)).toBe(true);
    expect(await blockedBy(store, 'ada')).toEqual([eve, bob]);
    expect(await blockedBy(store, 'bob')).toEqual([]);
    await store.close();
    const reopened = await site.open();
    expect(await reopened.privacy.unblock('ada', 'bob')).toBe(true);
    expect(await other.privacy.unblock('ada', 'bob')).toBe(false);
    expect(await blockedBy(other, 'ada')).toEqual([eve]);
  });

  test('of twenty concurrent first blocks have all of them, each once', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const blocks = upTo(10).flatMap((n) =>
      stores.map((store) => store.privacy.block('ada', { userId: `user ${n}`, username: null })),
    );
    expect((await Promise.all(blocks)).filter(Boolean)).toHaveLength(10);
    expect(await blockedBy(await site.open(), 'ada')).toHaveLength(10);
  });

  test('have a maximum number of blocked users', async () => {
    await using site = await newSite();
    const { privacy } = await site.open();
    for (const n of upTo(privacyLimits.blocks)) await privacy.block('ada', { userId: `user ${n}`, username: null });
    await expect(privacy.block('ada', bob)).rejects.toMatchObject({ code: 'TOO_MANY_BLOCKS' });
    expect(await privacy.block('ada', { userId: 'user 7', username: null })).toBe(false);
    await privacy.unblock('ada', 'user 7');
    expect(await privacy.block('ada', bob)).toBe(true);
    expect((await privacy.read('ada')).blocked).toHaveLength(privacyLimits.blocks);
  }, 60_000);

  test('have the visibility that was set last', async () => {
    await using site = await newSite();
    const [{ privacy }, other] = [await site.open(), await site.open()];
    await privacy.block('bob', eve);
    const hide = (rooms: 'all' | string[]) => ({ rooms, visible: false });
    expect(await privacy.changeVisibility('ada', hide('all'))).toEqual({ isVisible: false, exceptRooms: [] });
    await other.privacy.changeVisibility('ada', { rooms: ['plaza', 'park'], visible: true });
    await other.privacy.changeVisibility('ada', hide(['park']));
    await privacy.changeVisibility('cleo', hide(['plaza', 'plaza']));
    await privacy.changeVisibility('dan', hide('all'));
    await privacy.changeVisibility('dan', { rooms: 'all', visible: true });
    expect((await privacy.read('ada')).visibility).toEqual({ isVisible: false, exceptRooms: ['plaza'] });
    expect(await other.privacy.visibilityOf(['ada', 'bob', 'cleo', 'dan', 'nobody'])).toEqual(
      new Map([
        ['ada', { isVisible: false, exceptRooms: ['plaza'] }],
        ['cleo', { isVisible: true, exceptRooms: ['plaza'] }],
      ]),
    );
  });

  test('have the result of all changes that two instances make at once', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const changes = upTo(20).flatMap((n) => {
      const { privacy } = stores[n % 2] ?? {};
      return [
        privacy?.changeVisibility('ada', { rooms: [`room ${n}`], visible: false }),
        privacy?.block('ada', { userId: `user ${n}`, username: null }),
      ];
    });
    await Promise.all(changes);
    const { visibility, blocked } = await (await site.open()).privacy.read('ada');
    expect(new Set(visibility.exceptRooms)).toEqual(new Set(upTo(20).map((n) => `room ${n}`)));
    expect(new Set(blocked.map(({ userId }) => userId))).toEqual(new Set(upTo(20).map((n) => `user ${n}`)));
  });

  test('have a maximum number of exceptions', async () => {
    await using site = await newSite();
    const { privacy } = await site.open();
    const hide = (from: number) => ({ rooms: upTo(100).map((n) => `room ${from + n}`), visible: false });
    for (let from = 0; from < privacyLimits.rooms; from += 100) await privacy.changeVisibility('ada', hide(from));
    const beyond = privacy.changeVisibility('ada', hide(privacyLimits.rooms));
    await expect(beyond).rejects.toMatchObject({ code: 'INVALID_INPUT', message: /at most/ });
    expect((await privacy.read('ada')).visibility.exceptRooms).toHaveLength(privacyLimits.rooms);
  });

  test('have a new version after each change, by which other instances find it', async () => {
    await using site = await newSite();
    const [{ privacy }, other] = [await site.open(), await site.open()];
    const versions = new Set<string>();
    const change = async (act: () => Promise<unknown>) => {
      await act();
      const { version } = await other.privacy.read('ada');
      expect(await other.privacy.changedSince(new Date(0), 10)).toMatchObject([{ userId: 'ada', version }]);
      versions.add(version);
    };
    await change(() => privacy.block('ada', bob));
    await change(() => privacy.block('ada', eve));
    await change(() => privacy.unblock('ada', 'bob'));
    await change(() => privacy.changeVisibility('ada', { rooms: 'all', visible: false }));
    expect(versions.size).toBe(4);
  });

  test('are found by the time of their change, oldest first', async () => {
    await using site = await newSite();
    const { privacy } = await site.open();
    for (const userId of ['ada', 'bob', 'cleo', 'ada']) await privacy.block(userId, { userId: 'x', username: null });
    await privacy.unblock('ada', 'x');
    const all = await privacy.changedSince(new Date(0), 10);
    expect(all.map(({ userId }) => userId).toSorted()).toEqual(['ada', 'bob', 'cleo']);
    const times = all.map(({ changedAt }) => changedAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await privacy.changedSince(new Date(0), 2)).toEqual(all.slice(0, 2));
    const last = all.at(-1)?.changedAt ?? new Date(0);
    expect(await privacy.changedSince(last, 10)).toEqual(all.filter(({ changedAt }) => changedAt >= last));
    const later = new Date(last.getTime() + 3_600_000);
    expect(await privacy.changedSince(later, 10)).toEqual([]);
    expect(await privacy.changedSince(later, 2, 600_000)).toEqual(all.slice(0, 2));
  });

  test('that changed before a time are found only with `latestMs`, after the clock has gone back', async () => {
    await using site = await newSite();
    let now = Date.now();
    const { privacy } = await site.open(() => now);
    await privacy.block('ada', bob);
    const { changedAt } = await privacy.read('ada');
    now -= 3_600_000;
    expect(await privacy.changedSince(new Date(changedAt + 1), 10)).toEqual([]);
    expect(await privacy.changedSince(new Date(changedAt + 1), 10, 60_000)).toMatchObject([{ userId: 'ada' }]);
  });

  test('of an erased user are gone, and so are the blocks of that user by others', async () => {
    await using site = await newSite();
    const { privacy } = await site.open();
    await privacy.block('bob', { userId: 'ada', username: null });
    await privacy.changeVisibility('bob', { rooms: 'all', visible: false });
    const others = upTo(230).map((n) => `user ${n}`);
    for (const userId of others) await privacy.block(userId, bob);
    await privacy.block('user 3', eve);
    const before = await privacy.read('user 3');
    expect(await privacy.erase('bob')).toBe(true);
    expect(await privacy.erase('bob')).toBe(false);
    expect(await privacy.read('bob')).toMatchObject({ version: '', blocked: [] });
    for (const userId of ['user 1', 'user 229']) expect((await privacy.read(userId)).blocked).toEqual([]);
    const after = await privacy.read('user 3');
    expect(after.blocked).toEqual([eve]);
    expect(after.version).not.toBe(before.version);
  }, 30_000);
});
