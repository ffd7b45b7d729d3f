import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../resources/collect.ts';
import { testFrameRefusals } from '../../../resources/frameTests.ts';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { deployments, startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';
import { checkedTokens, signToken } from '../../../resources/tokens.ts';

const claim = (token?: string) => ({ type: 'Join', user_id: 'ada', username: 'Whoever', token });

const bad: [description: string, make: () => Promise<string | undefined>, code: string][] = [
  ['a bogus token', async () => 'bogus', 'TOKEN_INVALID'],
  ['no token', async () => undefined, 'UNAUTHENTICATED'],
  ['an empty one', async () => '', 'UNAUTHENTICATED'],
  ['a token of another user_id', () => signToken('eve'), 'TOKEN_INVALID'],
  ['an expired one', () => signToken('ada', new Date(Date.now() - 10_000)), 'TOKEN_EXPIRED'],
  ['alg=none', async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ada","exp":4000000000}')}.`, 'TOKEN_INVALID'],
];

describe.each(deployments)('Join, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('joins the room of the path, answered with RoomJoined and MessageHistory', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      expect(ada.frames.all).toMatchObject([
        { type: 'RoomJoined', room_id: at, is_new_room: true, user_count: 1 },
        { type: 'MessageHistory', messages: [] },
      ]);
      ada.send({ type: 'Message', content: 'hello' });
      await ada.until('NewMessage');
      using bob = await joinLegacy(earshot.b.url, at, 'Bob');
      expect(bob.frames.all).toMatchObject([
        { type: 'RoomJoined', room_id: at, is_new_room: false, user_count: 2 },
        { type: 'MessageHistory', messages: [{ content: 'hello' }] },
      ]);
      expect(await ada.until('UserJoined')).toMatchObject({ user_id: 'bob', username: 'Bob' });
    });
  });

  describe('refuses', () => {
    test('ROOM_NOT_FOUND: a path in the form of a generated id', async () => {
      using ada = await openLegacy(earshot.a.url, newId());
      ada.send({ type: 'Join', user_id: 'ada', username: 'Ada' });
      expect(await ada.until('Error')).toMatchObject({ code: 'ROOM_NOT_FOUND' });
    });
  });
});

describe('Join does, embedded', () => {
  test('a join with a new name is a leave and a join', async () => {
    await using earshot = await startEmbedded();
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    using bob = await joinLegacy(earshot.a.url, 'lobby', 'Bob');
    bob.send({ type: 'Join', user_id: 'bob', username: 'Robert' });
    await ada.until('UserLeft', ({ username }) => username === 'Bob');
    await ada.until('UserJoined', ({ username }) => username === 'Robert');
    await eventually(() => bob.of('MessageHistory').length === 2);
    bob.send({ type: 'Message', content: 'it is me' });
    await ada.until('NewMessage', ({ username }) => username === 'Robert');
    ada.send({ type: 'Message', content: 'marker' });
    await bob.until('NewMessage', ({ content }) => content === 'marker');
    expect(bob.of('NewMessage')).toHaveLength(2);
  });
});

describe('Join access, embedded', () => {
  test.each(bad)('%s: an Error without an identity, and the socket may try again', async (_case, make, code) => {
    await using earshot = await startEmbedded({ env: checkedTokens });
    const at = someLocationId();
    using ada = await openLegacy(earshot.a.url, at);
    ada.send(claim(await make()));
    expect(await ada.until('Error')).toMatchObject({ code });
    ada.send({ type: 'Message', content: 'without an identity' });
    await ada.until('Error', (frame) => frame.code === 'UNAUTHENTICATED');
    ada.send(claim(await signToken('ada')));
    await ada.until('MessageHistory');
    ada.send({ type: 'Message', content: 'as Ada' });
    expect(await ada.until('NewMessage')).toMatchObject({ user_id: 'ada', username: 'Ada' });
  });
});

describe('Join refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testFrameRefusals(earshot, 'new', [
    [{ type: 'Join', username: 'Ada' }, 'INVALID_INPUT', 'user_id'],
    [{ type: 'Join', user_id: 'ada' }, 'INVALID_INPUT', 'username'],
    [{ type: 'Join', user_id: 7, username: 'Ada' }, 'INVALID_INPUT', 'user_id'],
    [{ type: 'Join', user_id: 'ada', username: ' ' }, 'INVALID_INPUT', 'username'],
    [{ type: 'Join', user_id: 'ada', username: 'Ada', token: 7 }, 'INVALID_INPUT', 'token'],
  ]);

  test('a full room accepts no further user', async () => {
    await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    using bob = await openLegacy(earshot.a.url, 'lobby');
    bob.send({ type: 'Join', user_id: 'bob', username: 'Bob' });
    expect(await bob.until('Error')).toMatchObject({ code: 'ROOM_FULL' });
    ada.ws.close();
    await ada.closed;
    bob.send({ type: 'Join', user_id: 'bob', username: 'Bob' });
    await bob.until('MessageHistory');
  });
});
