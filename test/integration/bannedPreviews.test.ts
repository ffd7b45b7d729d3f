import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { watchNearby } from '../resources/nearbyLists.ts';
import { watchPlace } from '../resources/neighbourhood.ts';
import { north, somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';
import { issuedTokens, signModerator, signToken } from '../resources/tokens.ts';

const someUser = () => `user ${crypto.randomUUID()}`;

describe.each(deployments)('rooms around and bans, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: issuedTokens }));

  test.each(['room', 'area'] as const)('users who are banned in a %s get no previews of its messages', async (type) => {
    const [userId, location] = [someUser(), somewhere()];
    using mod = stockClient(earshot.a.url, { token: await signModerator('mod') });
    using ada = stockClient(earshot.a.url, { token: await signToken(someUser()) });
    using eve = stockClient(earshot.b.url, { token: await signToken(userId) });
    const { room } = await ada.api.rooms.join.mutate({ location });
    const far = await ada.api.rooms.join.mutate({ location: north(location, 3_500), searchRadius: 0 });
    await ada.api.messages.send.mutate({ roomId: room.id, content: 'before' });
    await ada.api.messages.send.mutate({ roomId: far.room.id, content: 'far' });
    const search = { location, radius: 5_000 };
    using lists = watchNearby(eve.api, search);
    await lists.until(({ rooms }) => rooms[0]?.preview?.content === 'before');

    const scope = type === 'room' ? { type, roomId: room.id } : { type, location };
    const { id: sanctionId } = await mod.api.moderation.ban.mutate({ scope, userId });
    await eventually(async () => (await eve.api.me.sanctions.query()).length === 1);
    await ada.api.messages.send.mutate({ roomId: room.id, content: 'secret' });
    await eventually(async () => (await ada.api.rooms.nearby.query(search))[0]?.preview?.content === 'secret');
    const list = await lists.until(({ rooms }) => rooms[0]?.preview === null);
    const answers = [await eve.api.rooms.nearby.query(search), await eve.api.rooms.nearbyPage.query(search), list];
    for (const answer of answers) {
      expect('rooms' in answer ? answer.rooms : answer).toMatchObject([
        { id: room.id, preview: null, ownerId: null },
        { id: far.room.id, preview: { content: 'far' } },
      ]);
    }
    expect(JSON.stringify(lists.all)).not.toContain('secret');
    // Both wires show what a caller without an identity sees.
    using unidentified = stockClient(earshot.b.url, {});
    const shown = await unidentified.api.rooms.get.query({ roomId: room.id });
    expect(shown).toMatchObject({ id: room.id, ownerId: null });
    expect(await eve.api.rooms.get.query({ roomId: room.id })).toEqual(shown);
    expect((await fetch(`${earshot.b.url}/api/rooms/${room.id}`)).status).toBe(200);

    await mod.api.moderation.lift.mutate({ sanctionId });
    await eventually(async () => (await eve.api.rooms.nearby.query(search))[0]?.preview?.content === 'secret');
  });

  test.each(['room', 'area'] as const)(
    'users who watch the rooms around get no message after a ban in a %s',
    async (type) => {
      const [userId, location] = [someUser(), somewhere()];
      using mod = stockClient(earshot.a.url, { token: await signModerator('mod') });
      using ada = stockClient(earshot.a.url, { token: await signToken(someUser()) });
      using eve = stockClient(earshot.a.url, { token: await signToken(userId) });
      const { room } = await ada.api.rooms.join.mutate({ location });
      using around = watchPlace(eve.api, { location });
      await around.first('ready');
      const scope = type === 'room' ? { type, roomId: room.id } : { type, location };
      const { id: sanctionId } = await mod.api.moderation.ban.mutate({ scope, userId });
      await ada.api.messages.send.mutate({ roomId: room.id, content: 'secret' });
      await around.first('room.left');
      expect(JSON.stringify(around.all)).not.toContain('secret');

      await mod.api.moderation.lift.mutate({ sanctionId });
      await ada.api.messages.send.mutate({ roomId: room.id, content: 'after' });
      await around.until(({ event }) => JSON.stringify(event).includes('after'));
    },
  );
});
