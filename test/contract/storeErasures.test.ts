import { describe, expect, test } from 'vitest';
import { storeDrivers, upTo } from '../resources/stores.ts';

const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000);
const ana = { id: 'hash of ana', userId: 'ana', pseudonym: 'erased-1', requestedAt: at(1) };
const ben = { id: 'hash of ben', userId: 'ben', pseudonym: 'erased-2', requestedAt: at(2) };

describe.each(storeDrivers)('$driver: erasures', ({ newSite }) => {
  test('are taken by one instance at a time, the longest due first, and again when its time is over', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    expect(await store.erasures.take(at(9), at(10))).toBeNull();
    for (const one of [ben, ana]) await store.erasures.request(one);
    expect(await other.erasures.take(at(0), at(10))).toBeNull();
    expect(await other.erasures.take(at(9), at(20))).toStrictEqual({ ...ana, passes: 0 });
    const taken = await Promise.all([store, other].map(({ erasures }) => erasures.take(at(9), at(21))));
    expect(taken.filter((one) => one !== null)).toStrictEqual([{ ...ben, passes: 0 }]);
    await other.erasures.postpone(ana.id, { dueAt: at(30), passes: 1 });
    expect(await store.erasures.take(at(29), at(40))).toMatchObject({ userId: 'ben' });
    expect(await store.erasures.take(at(30), at(41))).toStrictEqual({ ...ana, passes: 1 });
  });

  test('are accepted once while in progress, and again after their end, which forgets the user', async () => {
    await using site = await newSite();
    const store = await site.open();
    const accepted = { id: ana.id, requestedAt: at(1), finishedAt: null };
    const requests = upTo(5).map((n) => store.erasures.request({ ...ana, pseudonym: `erased-${n}` }));
    expect(await Promise.all(requests)).toStrictEqual(upTo(5).map(() => accepted));
    expect(await store.erasures.request({ ...ana, requestedAt: at(3) })).toStrictEqual(accepted);
    expect(await store.erasures.find(ana.id)).toStrictEqual(accepted);
    await store.erasures.finish(ana.id, at(5));
    expect(await store.erasures.find(ana.id)).toStrictEqual({ ...accepted, finishedAt: at(5) });
    await store.erasures.postpone(ana.id, { dueAt: at(6), passes: 1 });
    expect(await store.erasures.take(at(100), at(200))).toBeNull();
    expect(await store.erasures.request({ ...ana, requestedAt: at(7) })).toMatchObject({ finishedAt: null });
    expect(await store.erasures.take(at(100), at(200))).toMatchObject({ passes: 0, requestedAt: at(7) });
    expect(await store.erasures.find('another')).toBeNull();
  });

  test('are forgotten after their end', async () => {
    await using site = await newSite();
    const store = await site.open();
    for (const one of [ana, ben]) await store.erasures.request(one);
    await store.erasures.finish(ana.id, at(5));
    expect(await store.erasures.forget(at(5), 10)).toBe(0);
    expect(await store.erasures.forget(at(6), 10)).toBe(1);
    expect([await store.erasures.find(ana.id), await store.erasures.find(ben.id)]).toMatchObject([
      null,
      { id: ben.id },
    ]);
  });
});
