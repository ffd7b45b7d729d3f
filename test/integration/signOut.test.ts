import { describe, expect, test } from 'vitest';
import { json, startAuthService } from '../resources/authService.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { httpClient } from '../resources/httpClient.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { deployments, startPair, startServer } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';
import { issuedTokens, issueToken, signToken } from '../resources/tokens.ts';
import { transports } from '../resources/transports.ts';

const revoked = { data: { errorCode: 'TOKEN_REVOKED' } };
const someUser = () => `user ${Math.random()}`;

describe.each(deployments)('signing out everywhere, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: issuedTokens }));

  /** Signs out on instance A. */
  async function signOut(token: string): Promise<void> {
    using client = stockClient(earshot.a.url, { token });
    await client.api.auth.signOutEverywhere.mutate();
  }

  test('ends the sockets of the user on every instance and wire within two seconds, and of no other user', async () => {
    const userId = someUser();
    const [token, other] = [await issueToken(userId, -60), await issueToken(someUser(), -60)];
    using ada = await openRaw(earshot.b.url, { identity: { token } });
    using bob = await openRaw(earshot.b.url, { identity: { token: other } });
    using legacy = await openLegacy(earshot.b.url, someLocationId());
    legacy.send({ type: 'Auth', user_id: userId, username: 'Ada', token });
    await legacy.until('UserJoined');
    for (const client of [ada, bob]) {
      client.send({ id: 1, method: 'query', params: { path: 'auth.session' } });
      await client.frames.until(() => true);
    }
    const startedAt = performance.now();
    await signOut(token);
    expect(await ada.closed).toEqual({ code: 4401, reason: expect.stringContaining('signed out everywhere') });
    expect((await legacy.closed).code).toBe(4401);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(legacy.of('Error')).toMatchObject([{ data: { code: 'TOKEN_REVOKED' } }]);
    bob.send({ id: 2, method: 'query', params: { path: 'auth.session' } });
    await bob.frames.until((frame) => JSON.stringify(frame).includes('"id":2'));
  });

  test.each(transports)('ends watches with the error ($transport)', async ({ connect }) => {
    const token = await issueToken(someUser(), -60);
    using ada = connect(earshot.b.url, { token });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    using watch = ada.watch(room.id);
    await watch.until(() => true);
    await signOut(token);
    expect(await watch.untilEnd()).toMatchObject(revoked);
  });

  test('refuses tokens that do not say when they were issued', async () => {
    const userId = someUser();
    const token = await signToken(userId);
    await signOut(token);
    // Over a WebSocket the refusal closes the socket, which may precede the call.
    using ada = httpClient(earshot.a.url, { token });
    await expect(ada.api.auth.session.query()).rejects.toMatchObject(revoked);
  });

  test('refuses an earlier token for a renewal, on legacy sockets and routes', async () => {
    const userId = someUser();
    const [before, after] = [await issueToken(userId, -60), await issueToken(userId, 60)];
    await signOut(before);
    using ada = stockClient(earshot.a.url, { token: after });
    await expect(ada.api.auth.refresh.mutate({ token: before })).rejects.toMatchObject(revoked);
    using legacy = await openLegacy(earshot.a.url, someLocationId());
    legacy.send({ type: 'Auth', user_id: userId, username: 'Ada', token: before });
    expect(await legacy.until('Error')).toMatchObject({ data: { code: 'TOKEN_REVOKED' } });
    const response = await fetch(`${earshot.a.url}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${before}` },
      body: JSON.stringify({ user_id: userId, username: 'Ada', location_id: someLocationId() }),
    });
    expect([response.status, await response.json()]).toMatchObject([401, { code: 'TOKEN_REVOKED' }]);
  });

  test('ends a guest for ever: the token can’t be renewed', async () => {
    using visitor = stockClient(earshot.a.url, {});
    const { token } = await visitor.api.auth.guest.mutate({ username: 'Grace' });
    await signOut(token);
    const renewal = visitor.api.auth.guest.mutate({ username: 'Grace', token });
    await expect(renewal).rejects.toMatchObject(revoked);
  });
});

test('a sign-out holds after a restart', async () => {
  await using data = await dataFolder();
  const env = { ...issuedTokens, DATA_DIR: data.path };
  const token = await issueToken('ada', -60);
  {
    await using server = await startServer({ env });
    using ada = stockClient(server.url, { token });
    await ada.api.auth.signOutEverywhere.mutate();
  }
  await using server = await startServer({ env });
  using ada = httpClient(server.url, { token });
  await expect(ada.api.auth.session.query()).rejects.toMatchObject(revoked);
});

test('the authentication service is asked again about a token after a sign-out', async () => {
  await using service = await startAuthService({ token: { user_id: 'ada', username: 'Ada' } });
  await using earshot = await startPair({ env: { AUTH_MODE: 'service', AUTH_SERVICE_URL: service.url } });
  const session = async (url: string) => {
    using client = stockClient(url, { token: 'token' });
    return (await client.api.auth.session.query()).user.userId;
  };
  for (const { url } of [earshot.a, earshot.b]) expect(await session(url)).toBe('ada');
  expect(service.asked).toHaveLength(2);
  using open = await openRaw(earshot.b.url, { identity: { token: 'token' } });
  // A client with a socket would connect again and have the token checked once more.
  using ada = httpClient(earshot.a.url, { token: 'token' });
  await ada.api.auth.signOutEverywhere.mutate();
  expect((await open.closed).code).toBe(4401);
  expect(await session(earshot.b.url)).toBe('ada');
  expect(service.asked).toHaveLength(3);
  service.answer = json({}, 401);
  using refused = httpClient(earshot.a.url, { token: 'token' });
  await expect(refused.api.auth.session.query()).rejects.toMatchObject({ data: { errorCode: 'TOKEN_INVALID' } });
});
