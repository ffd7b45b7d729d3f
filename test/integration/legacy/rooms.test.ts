import { describe, expect, test } from 'vitest';
import { eventually } from '../../resources/collect.ts';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { joinLegacy, type LegacyClient, openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { somewhere } from '../../resources/places.ts';
import { deployments } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';

const contents = (client: LegacyClient) => client.of('NewMessage').map(({ content }) => content);
const joinAt = (place: { latitude: number; longitude: number }, name: string) => ({
  type: 'JoinLocalChat',
  data: { user_id: name.toLowerCase(), username: name, token: 'any', ...place },
});

describe.each(deployments)('$name: rooms of legacy clients', ({ start }) => {
  test('20 users in one room, 50 messages: every user receives each once, in order; a later join gets the last 50', async () => {
    await using earshot = await start();
    const at = someLocationId();
    const url = (i: number) => (i % 2 ? earshot.b : earshot.a).url;
    const users = await Promise.all(Array.from({ length: 20 }, (_, i) => joinLegacy(url(i), at, `User ${i}`)));
    for (const i of Array.from({ length: 50 }).keys()) {
      users[i % 20]?.send({ type: 'Message', data: { content: `message ${i}` } });
      await users[i % 20]?.until('NewMessage', ({ content }) => content === `message ${i}`);
    }
    const sent = Array.from({ length: 50 }, (_, i) => `message ${i}`);
    for (const user of users) {
      await user.until('NewMessage', ({ content }) => content === 'message 49');
      expect(contents(user)).toEqual(sent);
    }
    users[0]?.send({ type: 'Message', content: 'one more' });
    await users[1]?.until('NewMessage', ({ content }) => content === 'one more');
    using late = await joinLegacy(earshot.b.url, at, 'Late');
    const [history] = late.of('MessageHistory');
    expect(history?.messages?.map(({ content }) => content)).toEqual([...sent.slice(1), 'one more']);
    for (const user of users) user.ws.close();
  });

  test('concurrent messages: all users receive the same order', async () => {
    await using earshot = await start();
    const at = someLocationId();
    const url = (i: number) => (i % 2 ? earshot.b : earshot.a).url;
    const users = await Promise.all(Array.from({ length: 10 }, (_, i) => joinLegacy(url(i), at, `User ${i}`)));
    for (const [i, user] of users.entries()) {
      for (let n = 0; n < 20; n += 1) user.send({ type: 'Message', content: `${i} says ${n}` });
    }
    await Promise.all(users.map((user) => eventually(() => user.of('NewMessage').length >= 200)));
    const [first, ...others] = users.map(contents);
    expect(new Set(first).size).toBe(200);
    for (const other of others) expect(other).toEqual(first);
    const own = first?.filter((content) => content?.startsWith('3 says'));
    expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `3 says ${n}`)); // pipelined sends keep their order
    for (const user of users) user.ws.close();
  });

  test('a user’s last message arrives before their leave', async () => {
    await using earshot = await start();
    const at = someLocationId();
    using ada = await joinLegacy(earshot.a.url, at, 'Ada');
    for (const i of Array.from({ length: 10 }).keys()) {
      const bob = await joinLegacy((i % 2 ? earshot.b : earshot.a).url, at, `Bob ${i}`);
      bob.send({ type: 'Message', content: `goodbye ${i}` });
      bob.ws.close();
      await ada.until('UserLeft', ({ username }) => username === `Bob ${i}`);
      expect(contents(ada).at(-1)).toBe(`goodbye ${i}`);
    }
  });

  test('a tRPC user and a legacy client share a room', async () => {
    await using earshot = await start();
    const here = somewhere();
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: here });
    using roomWatch = ada.watch(room.id);
    await roomWatch.until(({ event }) => event.type === 'snapshot');
    using bob = await openLegacy(earshot.b.url, 'NaN_NaN');
    bob.send(joinAt(here, 'Bob'));
    expect(await bob.until('RoomJoined')).toMatchObject({ room_id: room.id, user_count: 2, is_new_room: false });
    await bob.until('MessageHistory');
    await roomWatch.until(
      ({ event }) => event.type === 'user.joined' && event.user.userId === 'bob' && event.userCount === 2,
    );

    bob.send({ type: 'Message', content: 'from the old wire' });
    await roomWatch.until(
      ({ event }) => event.type === 'message.created' && event.message.content === 'from the old wire',
    );
    const { id: messageId } = await ada.api.messages.send.mutate({ roomId: room.id, content: 'from the new' });
    expect(await bob.until('NewMessage', ({ id }) => id === messageId)).toMatchObject({ content: 'from the new' });
    expect(contents(bob)).toEqual(['from the old wire', 'from the new']);

    await ada.api.presence.typing.mutate({ roomId: room.id, isTyping: true });
    expect(await bob.until('Typing')).toMatchObject({ user_id: 'ada', is_typing: true });
    bob.send({ type: 'Typing', is_typing: true });
    await roomWatch.until(({ event }) => event.type === 'typing' && event.user.userId === 'bob');

    await ada.api.messages.edit.mutate({ roomId: room.id, messageId, content: 'edited' });
    await ada.api.messages.react.mutate({ roomId: room.id, messageId, emoji: '\u{1f44d}', on: true });
    using carol = await openLegacy(earshot.b.url, room.id);
    carol.send({ type: 'Join', user_id: 'carol', username: 'Carol' });
    const history = await carol.until('MessageHistory');
    expect(history.messages).toMatchObject([
      { content: 'from the old wire' },
      { content: 'edited', edited_at: expect.any(String), reactions: [{ user_id: 'ada', emoji: '\u{1f44d}' }] },
    ]);
    expect((await ada.api.presence.list.query({ roomId: room.id })).map(({ userId }) => userId)).toEqual([
      'ada',
      'bob',
      'carol',
    ]);
    await ada.api.messages.delete.mutate({ roomId: room.id, messageId });
    bob.send(joinAt(here, 'Bob'));
    const again = await bob.until('MessageHistory', ({ messages }) => messages?.length === 2);
    expect(again.messages?.[1]).toMatchObject({ deleted: true, content: '', reactions: [] });
  });

  test('joins and leaves are announced once per user, not per socket', async () => {
    await using earshot = await start();
    const at = someLocationId();
    using ada = await joinLegacy(earshot.a.url, at, 'Ada');
    using phone = await joinLegacy(earshot.a.url, at, 'Bob');
    using laptop = await joinLegacy(earshot.b.url, at, 'Bob');
    phone.send({ type: 'Join', user_id: 'bob', username: 'Bob' }); // a second time on one socket
    await phone.until('RoomJoined', ({ is_new_room }) => is_new_room === false);
    await eventually(() => phone.of('MessageHistory').length === 2);
    laptop.ws.close();
    await laptop.closed;
    ada.send({ type: 'Message', content: 'marker' });
    await phone.until('NewMessage');
    phone.ws.close();
    await ada.until('UserLeft', ({ user_id }) => user_id === 'bob', 2_000);
    const received = ada.frames.all.map((frame) => (frame as { type: string }).type);
    expect(received).toEqual(['RoomJoined', 'MessageHistory', 'UserJoined', 'NewMessage', 'UserLeft']);
    expect(phone.of('NewMessage')).toHaveLength(1);
    expect(phone.of('UserJoined')).toEqual([]);
  });

  test('a lost connection is announced after 3 s, and not if the user returns before', async () => {
    await using earshot = await start();
    await using proxy = await openFlakyProxy(earshot.b.url);
    const at = someLocationId();
    using ada = await joinLegacy(earshot.a.url, at, 'Ada');
    using bob = await joinLegacy(proxy.url, at, 'Bob');
    await ada.until('UserJoined');
    proxy.cut();
    await bob.closed;
    proxy.mend();
    using back = await joinLegacy(proxy.url, at, 'Bob');
    back.send({ type: 'Message', content: 'I am back' });
    await ada.until('NewMessage');
    const cutAt = Date.now();
    proxy.cut();
    await ada.until('UserLeft');
    expect(Date.now() - cutAt).toBeGreaterThan(2_500);
    expect(Date.now() - cutAt).toBeLessThan(8_000);
    expect(ada.of('UserJoined')).toHaveLength(1);
    expect(ada.of('UserLeft')).toHaveLength(1);
  });

  test('messages sent before a close are stored, even while the join is pending', async () => {
    await using earshot = await start();
    const at = someLocationId();
    using ada = await joinLegacy(earshot.a.url, at, 'Ada');
    using script = await openLegacy(earshot.b.url, at);
    script.send({ type: 'Join', user_id: 'bob', username: 'Bob' });
    script.send({ type: 'Message', content: 'hit and run' });
    script.ws.close();
    expect(await ada.until('NewMessage')).toMatchObject({ content: 'hit and run' });
  });
});
