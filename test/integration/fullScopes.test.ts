import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { banOf } from '../resources/rules.ts';
import { deployments, startServer } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { type Api, stockClient } from '../resources/stockClient.ts';
import { mongoSite, sqliteSite, upTo } from '../resources/stores.ts';
import { checkedTokens, signModerator } from '../resources/tokens.ts';

const someUser = () => `user ${crypto.randomUUID()}`;

/** How many calls succeeded. The others must have failed with the code. */
async function countDone(calls: readonly Promise<unknown>[], code: string): Promise<number> {
  const outcomes = await Promise.allSettled(calls);
  const failed = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  for (const error of failed) expect(error).toMatchObject({ data: { errorCode: code } });
  return outcomes.length - failed.length;
}

/** An instance waits 200 ms for earlier writes of the other one. While the database is slower, a few more are accepted. */
function expectFull(done: number, free: number): void {
  expect(done).toBeGreaterThanOrEqual(free);
  expect(done).toBeLessThanOrEqual(free + 2);
}

describe.each(deployments)('roles in one room, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  test('of many that two instances grant at once, 50 are granted', async () => {
    using first = stockClient(earshot.a.url, { token: await signModerator(someUser(), 'admin') });
    using second = stockClient(earshot.b.url, { token: await signModerator(someUser(), 'admin') });
    const { room } = await first.api.rooms.join.mutate({ location: somewhere() });
    const scope = { type: 'room', roomId: room.id } as const;
    const grant = (api: Api) => api.roles.grant.mutate({ scope, userId: someUser(), role: 'roomModerator' });
    const calls = upTo(40).flatMap(() => [grant(first.api), grant(second.api)]);
    const done = await countDone(calls, 'TOO_MANY_ROLES');
    expectFull(done, 50);
    for (const { api } of [first, second]) {
      // The maker of the room is listed, too.
      await expect.poll(async () => (await api.roles.list.query({ scope })).length).toBe(done + 1);
    }
  });
});

describe.each([
  ['sqlite', sqliteSite],
  ['mongodb', () => mongoSite()],
])('sanctions in one room, %s', (_driver, newSite) => {
  test('of many that two instances impose at once, the last places are filled', async () => {
    await using site = await newSite();
    const { store, roomId } = await makeRoom(site);
    const scope = { type: 'room', roomId } as const;
    const put = (n: number) => store.rules.put(banOf(`banned ${n}`, { scope }));
    // In parts: the last of 995 calls at once would wait too long on a busy machine.
    for (let from = 0; from < 995; from += 199) await Promise.all(upTo(199).map((n) => put(from + n)));
    await using a = await startServer({ env: checkedTokens, drivers: { store: await site.open() } });
    await using b = await startServer({ env: checkedTokens, drivers: { store: await site.open() } });
    using first = stockClient(a.url, { token: await signModerator(someUser()) });
    using second = stockClient(b.url, { token: await signModerator(someUser()) });
    const ban = (api: Api) => api.moderation.ban.mutate({ scope, userId: someUser() });
    const calls = upTo(8).flatMap(() => [ban(first.api), ban(second.api)]);
    const done = await countDone(calls, 'TOO_MANY_SANCTIONS');
    expectFull(done, 5);
    await expect.poll(() => first.api.moderation.sanctions.query({ scope })).toHaveLength(995 + done);
    await expect(ban(first.api)).rejects.toMatchObject({ data: { errorCode: 'TOO_MANY_SANCTIONS' } });
  });
});

async function makeRoom(site: Awaited<ReturnType<typeof sqliteSite>>) {
  const store = await site.open();
  const { room } = await store.namedRoom({ roomId: 'plaza', cell: null, name: 'plaza', createdBy: 'ada' });
  return { store, roomId: room.id };
}
