import { describe, expect, test } from 'vitest';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient, type Watch } from '../resources/stockClient.ts';
import { checkedTokens, signModerator, signToken } from '../resources/tokens.ts';

const someUser = () => `user ${crypto.randomUUID()}`;
const rolesIn = ({ all }: Watch) => all.flatMap(({ event }) => (event.type === 'role.changed' ? [event.role] : []));

describe.each(deployments)('a user whose role changes, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  test('learns it in the rooms that it concerns, on all connections, and other users do not', async () => {
    const [adaId, benId] = [someUser(), someUser()];
    using admin = stockClient(earshot.a.url, { token: await signModerator(someUser(), 'admin') });
    using ada = stockClient(earshot.a.url, { token: await signToken(adaId) });
    using ben = stockClient(earshot.b.url, { token: await signToken(benId) });
    using phone = stockClient(earshot.b.url, { token: await signToken(benId) });
    const location = somewhere();
    const { room } = await ada.api.rooms.join.mutate({ location });
    const { room: far } = await ben.api.rooms.join.mutate({ location: somewhere() });
    await ben.api.rooms.join.mutate({ roomId: room.id });
    using ofAda = ada.watch(room.id);
    using ofBen = ben.watch(room.id);
    using ofPhone = phone.watch(room.id);
    using elsewhere = ben.watch(far.id);
    const all = [ofAda, ofBen, ofPhone, elsewhere];
    await Promise.all(all.map((watch) => watch.until(({ event }) => event.type === 'snapshot')));
    const untilRole = (role: string) =>
      Promise.all([ofBen, ofPhone].map((watch) => watch.untilAll(() => rolesIn(watch).at(-1) === role)));

    const scope = { type: 'room', roomId: room.id } as const;
    await ada.api.roles.grant.mutate({ scope, userId: benId, role: 'roomModerator' });
    await untilRole('roomModerator');
    await ada.api.roles.withdraw.mutate({ scope, userId: benId });
    await untilRole('member');
    const area = { type: 'area', location } as const;
    await admin.api.roles.grant.mutate({ scope: area, userId: benId, role: 'areaModerator' });
    await untilRole('areaModerator');
    await admin.api.roles.grant.mutate({ scope: { type: 'server' }, userId: benId, role: 'moderator' });
    await untilRole('moderator');
    await elsewhere.untilAll(() => rolesIn(elsewhere).at(-1) === 'moderator');
    expect(rolesIn(ofAda)).toEqual([]);
    expect(rolesIn(ofBen)).toEqual(['roomModerator', 'member', 'areaModerator', 'moderator']);
    // The area does not concern it: the role there is that of its maker.
    expect(rolesIn(elsewhere)).toEqual(['owner', 'moderator']);
  });
});

test('legacy clients receive no frame of it', async () => {
  await using earshot = await (deployments[0]?.start() ?? Promise.reject(new Error('there is a deployment')));
  const roomId = someLocationId();
  using ada = await joinLegacy(earshot.a.url, roomId, 'Ada');
  using ben = await joinLegacy(earshot.a.url, roomId, 'Ben');
  using client = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
  await client.api.roles.grant.mutate({ scope: { type: 'room', roomId }, userId: 'ben', role: 'roomModerator' });
  ada.send({ type: 'Message', content: 'hello' });
  await ben.until('NewMessage', ({ content }) => content === 'hello');
  expect(ben.of('Error')).toEqual([]);
});
