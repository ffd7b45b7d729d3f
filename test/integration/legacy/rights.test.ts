import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rightsTable } from '../../../packages/server/src/domain/rights/rightsTable.ts';
import { type LegacyClient, openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { checkedDeployments } from '../../resources/moderators.ts';
import { somewhere } from '../../resources/places.ts';
import { type Actor, type Cast, connectCast } from '../../resources/rights/actors.ts';
import { newArea, newRoom } from '../../resources/rights/scopes.ts';
import { startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';

describe.each(checkedDeployments)('rights on the legacy wire, $name', ({ start }) => {
  const earshot = sharedDeployment(start);
  const location = somewhere();
  let cast: Cast;

  beforeAll(async () => {
    cast = await connectCast(earshot);
    await newArea(cast, location);
  });

  afterAll(() => {
    cast[Symbol.dispose]();
  });

  const room = async () => {
    const { placeholders } = await newRoom(cast, { kind: 'named', location, url: earshot.a.url });
    return String(placeholders.ROOM);
  };

  /** The fields of a claim; without a token for a client without an identity. */
  const claim = ({ role, userId, token }: Actor) => ({
    ...{ user_id: userId, username: 'Name' },
    ...(role !== 'anonymous' && { token }),
  });
  const errorOrFrame = async (client: LegacyClient, type: string) => {
    const first = await Promise.race([client.until(type), client.until('Error')]);
    return first.code ?? first.type;
  };
  const perRole = async (outcome: (actor: Actor) => Promise<unknown>) => {
    const outcomes = await Promise.all(cast.all.map(async (actor) => [actor.role, await outcome(actor)] as const));
    return {
      anonymous: new Set(outcomes.filter(([role]) => role === 'anonymous').map(([, result]) => result)),
      others: new Set(outcomes.filter(([role]) => role !== 'anonymous').map(([, result]) => result)),
    };
  };

  test.each([
    ['Auth', {}, 'UserJoined'],
    ['Join', {}, 'MessageHistory'],
    ['JoinLocalChat', location, 'MessageHistory'],
  ] as const)('%s: every role, but no client without an identity', async (type, fields, answer) => {
    const roomId = await room();
    const found = await perRole(async (actor) => {
      using client = await openLegacy(earshot.b.url, roomId);
      client.send({ type, ...claim(actor), ...fields });
      return await errorOrFrame(client, answer);
    });
    expect(found).toEqual({ anonymous: new Set(['UNAUTHENTICATED']), others: new Set([answer]) });
  });

  test.each([
    ['without having joined', 'Auth', 'NOT_A_MEMBER'],
    ['as a member', 'Join', 'NewMessage'],
  ])('Message, Typing and LocationUpdate %s', async (_case, type, answer) => {
    const roomId = await room();
    const found = await perRole(async (actor) => {
      using client = await openLegacy(earshot.b.url, roomId);
      if (actor.role !== 'anonymous') client.send({ type, ...claim(actor) });
      client.send({ type: 'LocationUpdate', ...location });
      client.send({ type: 'Typing', is_typing: true });
      client.send({ type: 'Message', content: `from ${actor.userId}` });
      const frame = await Promise.race([
        client.until('NewMessage', ({ user_id }) => user_id === actor.userId),
        client.until('Error'),
      ]);
      return frame.code ?? frame.type;
    });
    expect(found).toEqual({ anonymous: new Set(['UNAUTHENTICATED']), others: new Set([answer]) });
  });

  test.each([
    ['GET /messages/:location_id', 401],
    ['POST /messages', 401],
    ['GET /rooms/:location_id', 200],
    ['POST /rooms/:location_id/join', 401],
    ['POST /join', 401],
  ])('%s: every role; without an identity %i', async (route, anonymously) => {
    const roomId = await room();
    const [method = '', template = ''] = route.split(' ');
    const found = await perRole(async (actor) => {
      const { token, ...body } = { ...claim(actor), location_id: roomId, content: 'hello' };
      const response = await fetch(`${earshot.a.url}${template.replace(':location_id', roomId)}`, {
        method,
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        ...(method === 'POST' && { body: JSON.stringify(body) }),
      });
      return response.status;
    });
    expect(found).toEqual({ anonymous: new Set([anonymously]), others: new Set([200]) });
  });
});

test('without checks of identities, messages are read by the name of the room without an identity', async () => {
  await using earshot = await startEmbedded();
  const found = await fetch(`${earshot.a.url}/messages/${someLocationId()}`);
  expect([rightsTable.readHistoryByName.named?.anonymous, found.status]).toEqual(['ifUnchecked', 200]);
});
