import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient, type Watch } from '../resources/stockClient.ts';
import { checkedTokens, tokenSecret } from '../resources/tokens.ts';

const sign = (userId: string, username: string) =>
  new SignJWT({ username })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));

const ready = (watch: Watch) => watch.until(({ event }) => event.type === 'snapshot');
const renamed = (watch: Watch) => watch.until(({ event }) => event.type === 'user.renamed');

describe.each(deployments)('changes of names, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: { ...checkedTokens, ALLOW_GUESTS: 'true' } }));

  test('a renewed token with another name changes presence and the next messages, and others receive it', async () => {
    using ben = stockClient(earshot.b.url, { token: await sign('ben', 'Ben') });
    const { room } = await ben.api.rooms.join.mutate({ location: somewhere() });
    using bens = ben.watch(room.id);
    await ready(bens);
    using ann = stockClient(earshot.a.url, { token: await sign('ann', 'Ann') });
    await ann.api.rooms.join.mutate({ roomId: room.id });
    using anns = ann.watch(room.id);
    await ready(anns);
    await ann.api.messages.send.mutate({ roomId: room.id, content: 'before' });
    await ann.api.auth.refresh.mutate({ token: await sign('ann', 'Anna') });
    expect((await renamed(bens)).event).toEqual({
      type: 'user.renamed',
      user: { userId: 'ann', username: 'Anna' },
      formerName: 'Ann',
    });
    await ann.api.messages.send.mutate({ roomId: room.id, content: 'after' });
    const { messages } = await ben.api.messages.history.query({ roomId: room.id });
    expect(messages.map(({ username, content }) => `${username}: ${content}`)).toEqual(['Ann: before', 'Anna: after']);
    expect(await ben.api.presence.list.query({ roomId: room.id })).toEqual([
      { userId: 'ann', username: 'Anna' },
      { userId: 'ben', username: 'Ben' },
    ]);
  });

  test('a renewed token with the same name changes nothing', async () => {
    using ann = stockClient(earshot.a.url, { token: await sign('ann', 'Ann') });
    const { room } = await ann.api.rooms.join.mutate({ location: somewhere() });
    using anns = ann.watch(room.id);
    await ready(anns);
    await ann.api.auth.refresh.mutate({ token: await sign('ann', 'Ann') });
    await ann.api.messages.send.mutate({ roomId: room.id, content: 'marker' });
    const next = await anns.until(({ event }) => event.type === 'message.created' || event.type === 'user.renamed');
    expect(next.event.type).toBe('message.created');
  });

  test('a guest who returns under another name, while another connection is present, is announced once', async () => {
    using visitor = stockClient(earshot.a.url, {});
    const first = await visitor.api.auth.guest.mutate({ username: 'Ann' });
    using phone = stockClient(earshot.a.url, { token: first.token });
    const { room } = await phone.api.rooms.join.mutate({ location: somewhere() });
    using phones = phone.watch(room.id);
    await ready(phones);
    const { token } = await visitor.api.auth.guest.mutate({ username: 'Anna', token: first.token });
    using laptop = stockClient(earshot.b.url, { token });
    using laptops = laptop.watch(room.id);
    await ready(laptops);
    const { event } = await renamed(phones);
    expect(event).toMatchObject({ user: { userId: first.user.userId, username: 'Anna' }, formerName: 'Ann' });
    expect(await phone.api.presence.list.query({ roomId: room.id })).toEqual([
      { userId: first.user.userId, username: 'Anna' },
    ]);
  });

  test('a legacy client that sends Auth under another name is renamed in presence, and leaves under it', async () => {
    const at = someLocationId();
    const [before, after] = await Promise.all([sign('ann', 'Ann'), sign('ann', 'Anna')]);
    using watcher = await openLegacy(earshot.a.url, at);
    watcher.send({ type: 'Join', user_id: 'ben', username: 'Ben', token: await sign('ben', 'Ben') });
    await watcher.until('MessageHistory');
    using ann = await openLegacy(earshot.b.url, at);
    ann.send({ type: 'Join', user_id: 'ann', username: 'Ann', token: before });
    await ann.until('MessageHistory');
    await watcher.until('UserJoined', ({ user_id }) => user_id === 'ann');
    ann.send({ type: 'Auth', user_id: 'ann', username: 'Anna', token: after });
    await ann.until('UserJoined', ({ username }) => username === 'Anna');
    ann.ws.close();
    expect(await watcher.until('UserLeft')).toMatchObject({ user_id: 'ann', username: 'Anna' });
  });

  test('a user who left does not come back by a change of the name', async () => {
    using ben = stockClient(earshot.a.url, { token: await sign('ben', 'Ben') });
    const { room } = await ben.api.rooms.join.mutate({ location: somewhere() });
    using ann = stockClient(earshot.a.url, { token: await sign('ann', 'Ann') });
    await ann.api.rooms.join.mutate({ roomId: room.id });
    using anns = ann.watch(room.id);
    await ready(anns);
    const token = await sign('ann', 'Anna');
    anns[Symbol.dispose]();
    await ann.api.auth.refresh.mutate({ token });
    await eventually(async () => (await ben.api.presence.list.query({ roomId: room.id })).length === 0);
  });
});
