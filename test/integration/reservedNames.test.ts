import { asEarshotError, createEarshotClient, type IdentityOptions } from '@earshot/client';
import { EventSource } from 'eventsource';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';
import { checkedTokens, tokenSecret } from '../resources/tokens.ts';

const reserved = { data: { errorCode: 'NAME_RESERVED', retry: 'no', httpStatus: 400 } };

/** Ways to write reserved names, one of them in RESERVED_NAMES. */
const forms = ['Admin', 'Mоdеrаtоr', 'E a r s h o t', 'café-lúna'];

describe('open mode', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: { RESERVED_NAMES: 'Café Luna, Bob the Builder' } }));

  describe.each(['websocket', 'http'] as const)('%s', (transport) => {
    test.each(forms)('%j is refused of users and of guests', async (username) => {
      const token = Buffer.from(JSON.stringify({ userId: 'eve', username })).toString('base64url');
      const join = (identity: IdentityOptions) => {
        const client = createEarshotClient({ url: earshot.a.url, transport, EventSource, ...identity });
        const joined = client.trpc.rooms.join.mutate({ location: somewhere() });
        return joined.catch(asEarshotError).finally(() => void client.close());
      };
      expect(await join({ username, userId: 'eve' })).toMatchObject({ code: 'NAME_RESERVED', retry: 'no' });
      expect(await join({ token })).toMatchObject({ code: 'NAME_RESERVED', retry: 'no' });
      using guest = stockClient(earshot.a.url, {});
      await expect(guest.api.auth.guest.mutate({ username })).rejects.toMatchObject(reserved);
    });
  });

  test.each(forms)('legacy clients: %j is refused in Auth, Join, JoinLocalChat and REST', async (username) => {
    const at = someLocationId();
    using client = await openLegacy(earshot.a.url, at);
    const claim = { user_id: 'eve', username, token: '' };
    const { latitude, longitude } = somewhere();
    for (const frame of [{ type: 'Auth' }, { type: 'Join' }, { type: 'JoinLocalChat', latitude, longitude }]) {
      client.send({ ...claim, ...frame });
    }
    await eventually(() => client.of('Error').length === 3);
    expect(client.of('Error').map(({ code }) => code)).toEqual(Array(3).fill('NAME_RESERVED'));
    for (const [path, body] of [
      ['messages', { location_id: at, content: 'hi' }],
      ['join', { location_id: at }],
      [`rooms/${at}/join`, {}],
    ] as const) {
      const response = await fetch(`${earshot.a.url}/api/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...claim, ...body }),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'NAME_RESERVED', error: expect.stringContaining(username) });
    }
    expect(await (await fetch(`${earshot.a.url}/messages/${at}`)).json()).toEqual([]);
  });

  test('a socket whose user claims a reserved name keeps the identity that it had', async () => {
    const at = someLocationId();
    using client = await openLegacy(earshot.a.url, at);
    client.send({ type: 'Join', user_id: 'ada', username: 'Ada' });
    await client.until('MessageHistory');
    client.send({ type: 'Auth', user_id: 'ada', username: 'Moderator' });
    await client.until('Error');
    client.send({ type: 'Message', content: 'hi' });
    expect(await client.until('NewMessage')).toMatchObject({ user_id: 'ada', username: 'Ada' });
  });
});

test('checked tokens: accounts may have reserved names; guests may not, even with an earlier token', async () => {
  await using earshot = await startEmbedded({ env: { ...checkedTokens, ALLOW_GUESTS: 'true' } });
  const token = await new SignJWT({ name: 'Moderator' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('m1')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));
  using account = stockClient(earshot.a.url, { token });
  expect((await account.api.auth.session.query()).user).toEqual({ userId: 'm1', username: 'Moderator' });
  using visitor = stockClient(earshot.a.url, {});
  await expect(visitor.api.auth.guest.mutate({ username: 'Moderator' })).rejects.toMatchObject(reserved);
  const guest = await visitor.api.auth.guest.mutate({ username: 'Grace' });
  await expect(visitor.api.auth.guest.mutate({ username: 'Moderator', token: guest.token })).rejects.toMatchObject(
    reserved,
  );
});
