import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';
import { checkedTokens, signModerator, signToken } from '../resources/tokens.ts';

const someUser = () => `user ${crypto.randomUUID()}`;
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { data?: { errorCode?: string } }) => error.data?.errorCode,
  );

describe.each(deployments)('decisions of moderators at once, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  /** A room, with its owner on instance A, and an admin on instance B. */
  async function newRoom() {
    const stack = new DisposableStack();
    const owner = stack.use(stockClient(earshot.a.url, { token: await signToken(someUser()) }));
    const admin = stack.use(stockClient(earshot.b.url, { token: await signModerator(someUser(), 'admin') }));
    const { room } = await owner.api.rooms.join.mutate({ location: somewhere() });
    const scope = { type: 'room', roomId: room.id } as const;
    return { owner: owner.api, admin: admin.api, scope, [Symbol.dispose]: () => stack.dispose() };
  }

  test('a user who is granted many roles in a scope has one of them', async () => {
    using made = await newRoom();
    const { admin, owner, scope } = made;
    using other = stockClient(earshot.a.url, { token: await signModerator(someUser(), 'admin') });
    for (let round = 0; round < 5; round += 1) {
      const userId = someUser();
      const roles = ['owner', 'roomModerator'] as const;
      const grants = Array.from({ length: 10 }, (_, n) => {
        const role = roles[(n + (n % 3)) % 2] ?? 'owner';
        return (n % 2 ? admin : other.api).roles.grant.mutate({ scope, userId, role });
      });
      await Promise.all(grants);
      const granted = async (api: typeof owner) =>
        (await api.roles.list.query({ scope })).filter((one) => one.userId === userId).map(({ role }) => role);
      const both = async () => JSON.stringify([await granted(admin), await granted(owner)]);
      await expect.poll(both).toMatch(/^\[\["(\w+)"\],\["\1"\]\]$/);
      await admin.roles.withdraw.mutate({ scope, userId });
      for (const api of [admin, owner]) await expect.poll(() => granted(api)).toEqual([]);
    }
  });

  test('no moderator lifts or replaces what a stronger role decides at the same time', async () => {
    using made = await newRoom();
    const { owner, admin, scope } = made;
    for (let round = 0; round < 8; round += 1) {
      const userId = someUser();
      const { id: sanctionId } = await owner.moderation.ban.mutate({ scope, userId, reason: 'by the owner' });
      const act = [
        () => owner.moderation.lift.mutate({ sanctionId }),
        () => owner.moderation.ban.mutate({ scope, userId, lastsMs: 60_000, reason: 'by the owner' }),
      ][round % 2];
      const [ofAdmin, ofOwner] = await Promise.all([
        codeOf(admin.moderation.ban.mutate({ scope, userId, reason: 'by the admin' })),
        codeOf(act?.() ?? Promise.reject(new Error('nothing to do'))),
      ]);
      expect(ofAdmin).toBe('done');
      expect(['done', 'NOT_ALLOWED']).toContain(ofOwner);
      for (const api of [owner, admin]) {
        await expect
          .poll(async () => (await api.moderation.sanctions.query({ scope })).find((one) => one.userId === userId))
          .toMatchObject({ reason: 'by the admin', endsAt: null });
      }
    }
  });

  test('an owner does not open a room that an admin closes at the same time', async () => {
    using made = await newRoom();
    const { owner, admin, scope } = made;
    const { roomId } = scope;
    for (let round = 0; round < 5; round += 1) {
      await owner.moderation.setClosed.mutate({ roomId, on: true });
      const [ofAdmin] = await Promise.all([
        codeOf(admin.moderation.setClosed.mutate({ roomId, on: true, reason: 'by the admin' })),
        codeOf(owner.moderation.setClosed.mutate({ roomId, on: false })),
      ]);
      expect(ofAdmin).toBe('done');
      for (const api of [owner, admin]) {
        await expect.poll(async () => (await api.rooms.get.query({ roomId })).isClosed).toBe(true);
      }
      await admin.moderation.setClosed.mutate({ roomId, on: false });
      await expect.poll(async () => (await owner.rooms.get.query({ roomId })).isClosed ?? false).toBe(false);
    }
  });
});
