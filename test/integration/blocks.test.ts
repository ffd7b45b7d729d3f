import { describe, expect, test } from 'vitest';
import { blockedUser, hasBlocked, openBlockedRoom } from '../resources/blockedRoom.ts';
import { collect } from '../resources/collect.ts';
import { httpClient } from '../resources/httpClient.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { watchPlace } from '../resources/neighbourhood.ts';
import { deployments, startEmbedded } from '../resources/server.ts';
import { type Api, stockClient, type Watch } from '../resources/stockClient.ts';
import { upTo } from '../resources/stores.ts';
import { checkedTokens, signToken } from '../resources/tokens.ts';

const wanda = { userId: 'wanda', username: 'Wanda' };
const texts = (watch: Watch) =>
  watch.all.flatMap(({ event }) => {
    if ('messages' in event) return event.messages.map(({ content }) => content);
    return 'message' in event ? [event.message.content] : [];
  });
/** The types of the events, without joins and leaves, which may be announced late. */
const logTypes = (watch: Watch) =>
  watch.all.map(({ event }) => event.type).filter((type) => !['presence', 'user.joined', 'user.left'].includes(type));
const says = (content: string) => (watch: Watch) => watch.untilAll(() => texts(watch).includes(content));

async function blockAll(api: Api, from: number, to: number): Promise<void> {
  for (const n of upTo(to).slice(from)) await api.me.block.mutate(blockedUser(n));
}

/** All messages, read backwards in pages. */
async function readAll(api: Api, roomId: string, limit: number): Promise<{ contents: string[]; pages: number }> {
  const contents: string[] = [];
  let before: number | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await api.messages.history.query({ roomId, limit, ...(before !== undefined && { before }) });
    expect(hasBlocked(page)).toBe(false);
    contents.unshift(...page.messages.map(({ content }) => content));
    before = page.next ?? page.messages[0]?.seq;
    if (!page.hasMore) return { contents, pages };
    if (before === undefined) throw new Error('no way to continue');
  }
}

describe.each(deployments)('blocks, $name', ({ start }) => {
  test('of 50 users in a room of 1,000: nothing of them arrives, by any way', async () => {
    await using earshot = await start();
    await using room = await openBlockedRoom(earshot, { members: 1_000, blocked: 50, connected: 6 });
    const { roomId, ada, blocked, say, location } = room;
    const [bob, eve] = blocked;
    if (!bob || !eve) throw new Error('nobody');
    await room.sendOfAll();
    const first = await say(ada, 'first');

    using otto = stockClient(earshot.b.url, { username: 'Otto' });
    using here = stockClient(earshot.a.url, wanda);
    using there = httpClient(earshot.b.url, wanda);
    for (const { api } of [otto, here]) await api.rooms.join.mutate({ roomId });
    await blockAll(here.api, 0, 40);
    using others = otto.watch(roomId);
    using onSocket = here.watch(roomId, { history: 100 });
    using onStream = there.watch(roomId);
    using around = watchPlace(here.api, { location, radius: 1_000 });
    const lists = collect<unknown>();
    const list = here.api.rooms.watchNearby.subscribe(
      { location, radius: 1_000 },
      { onData: (one) => lists.push(one) },
    );
    const legacy = await joinLegacy(earshot.b.url, roomId, 'Wanda');
    for (const watch of [others, onSocket, onStream]) await says('first')(watch);
    await around.first('ready');

    // The last ten are blocked while the watches run, on both instances: each begins again.
    await blockAll(here.api, 40, 50);
    const isReset = ({ event }: { event: { type: string } }) => event.type === 'reset';
    const isClean = (last: unknown) => last !== undefined && !hasBlocked(last);
    for (const watch of [onSocket, onStream]) await watch.untilAll((all) => isClean(all.findLast(isReset)));
    await around.untilAll((all) => isClean(all.findLast(({ event }) => event.type === 'room.entered')));
    await legacy.frames.untilAll(() => isClean(legacy.of('MessageHistory').at(-1)));
    const seen = {
      ...{ socket: onSocket.all.length, stream: onStream.all.length },
      ...{ legacy: legacy.frames.all.length, around: around.all.length },
    };

    await room.sendOfAll();
    const said = await say(bob, 'blocked: hello');
    await bob.api.messages.edit.mutate({ roomId, messageId: said.id, content: 'blocked: hello!' });
    await bob.api.messages.react.mutate({ roomId, messageId: first.id, emoji: '👎', on: true });
    await ada.api.messages.react.mutate({ roomId, messageId: first.id, emoji: '👎', on: true });
    await ada.api.messages.react.mutate({ roomId, messageId: said.id, emoji: '👍', on: true });
    await bob.api.presence.typing.mutate({ roomId, isTyping: true });
    using bobs = bob.watch(roomId);
    await bobs.until(({ event }) => event.type === 'snapshot');
    await others.until(({ event }) => event.type === 'user.joined' && event.user.userId === 'blocked-1');
    bobs.stop();
    await others.until(({ event }) => event.type === 'user.left' && event.user.userId === 'blocked-1');
    await say(ada, 'live');
    for (const watch of [others, onSocket, onStream]) await says('live')(watch);
    await legacy.until('NewMessage', ({ content }) => content === 'live');
    await around.until(({ event }) => event.type === 'event' && JSON.stringify(event).includes('"live"'));
    expect(others.all.filter(hasBlocked).length).toBeGreaterThan(50);
    expect(onSocket.all.slice(seen.socket).filter(hasBlocked)).toEqual([]);
    expect(onStream.all.slice(seen.stream).filter(hasBlocked)).toEqual([]);
    expect(legacy.frames.all.slice(seen.legacy).filter(hasBlocked)).toEqual([]);
    expect(around.all.slice(seen.around).filter(hasBlocked)).toEqual([]);
    // Ada's reaction arrived, without Bob's before it.
    expect(onSocket.all.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ type: 'reaction.changed', reaction: { emoji: '👎', count: 1, userIds: ['ada'] } }),
    );
    // Joins and leaves are counted.
    expect(onSocket.all.some(({ event }) => event.type === 'presence')).toBe(true);

    // From the memory of the feed, which others keep open.
    const lastEventId = onSocket.all.at(-1)?.id ?? '';
    onSocket.stop();
    await room.sendOfAll();
    await say(ada, 'from memory');
    using fromMemory = here.watch(roomId, { lastEventId });
    await says('from memory')(fromMemory);
    expect(logTypes(fromMemory)).toEqual(['message.created']);

    // From the store: nobody watches the room meanwhile.
    for (const watch of [others, onStream, fromMemory, around]) watch.stop();
    legacy[Symbol.dispose]();
    await expect.poll(() => earshot.a.stats().openFeeds + earshot.b.stats().openFeeds).toBe(0);
    await room.sendOfAll();
    await say(ada, 'from the store');
    using fromStore = here.watch(roomId, { lastEventId: fromMemory.all.at(-1)?.id ?? '' });
    await says('from the store')(fromStore);
    expect(fromStore.all.filter(hasBlocked)).toEqual([]);
    expect(logTypes(fromStore)).toEqual(['message.created']);

    // Snapshots and history, in pages that have hardly a visible message.
    await room.sendOfAll();
    const visible = ['first', 'live', 'from memory', 'from the store'];
    for (const api of [here.api, there.api]) {
      expect((await readAll(api, roomId, 3)).contents).toEqual(visible);
      const after = await api.messages.history.query({ roomId, after: first.seq, limit: 3 });
      expect(after.messages.map(({ content }) => content)).toEqual(['live']);
    }
    using fresh = here.watch(roomId, { history: 10 });
    await fresh.until(({ event }) => event.type === 'snapshot');
    expect(hasBlocked(fresh.all)).toBe(false);
    expect(texts(fresh)).toEqual(['from the store']);

    // The users present, and the rooms around: the newest message is of a blocked user.
    using watchers = new DisposableStack();
    for (const client of blocked) {
      const watch = watchers.use(client.watch(roomId));
      await watch.until(({ event }) => event.type === 'snapshot');
    }
    const present = await otto.api.presence.list.query({ roomId });
    expect(present.filter(hasBlocked)).toHaveLength(blocked.length);
    expect(await here.api.presence.list.query({ roomId })).toEqual([wanda]);
    const nearby = { location, radius: 1_000 };
    await expect
      .poll(async () => (await otto.api.rooms.nearby.query(nearby))[0]?.preview)
      .toMatchObject({
        content: 'of a blocked user',
      });
    // The other instance caches its answer for a second.
    const previews: unknown[] = [];
    const lastPreview = async () => {
      previews.push((await here.api.rooms.nearby.query(nearby))[0]?.preview);
      return previews.at(-1);
    };
    await expect.poll(lastPreview).toBeNull();
    expect(previews.filter(hasBlocked)).toEqual([]);
    expect((await here.api.rooms.nearbyPage.query(nearby)).rooms[0]?.preview).toBeNull();
    list.unsubscribe();
    expect(lists.all.length).toBeGreaterThan(0);
    expect(lists.all.filter(hasBlocked)).toEqual([]);

    // A blocked message does not exist; a block that ends brings them back.
    const react = here.api.messages.react.mutate({ roomId, messageId: said.id, emoji: '👍', on: true });
    await expect(react).rejects.toMatchObject({ data: { errorCode: 'MESSAGE_NOT_FOUND' } });
    await here.api.me.unblock.mutate({ userId: 'blocked-1' });
    await fresh.until(isReset);
    await say(bob, 'blocked no more');
    await says('blocked no more')(fresh);
  }, 120_000);
});

test('legacy HTTP pages of a caller with a token have no messages of blocked users, and go on to older ones', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  const roomId = someLocationId();
  const call = async (userId: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${await signToken(userId)}`, 'content-type': 'application/json' };
    const init = body && {
      method: 'POST',
      body: JSON.stringify({ location_id: roomId, user_id: userId, username: 'Ada', ...body }),
    };
    const response = await fetch(`${earshot.a.url}${path}`, { headers, ...init });
    expect(response.status).toBe(200);
    return response.json();
  };
  const send = (userId: string, content: string) => call(userId, '/messages', { content });
  await send('ada', 'first');
  for (const n of upTo(12)) await send('blocked-1', `blocked ${n}`);
  using wanda = stockClient(earshot.a.url, { token: await signToken('wanda') });
  await wanda.api.me.block.mutate({ userId: 'blocked-1' });
  const path = `/messages/${encodeURIComponent(roomId)}?limit=5`;
  expect(await call('wanda', path)).toMatchObject([{ content: 'first' }]);
  expect(await call('ada', path)).toHaveLength(5);
  await send('ada', 'last');
  expect(await call('wanda', path)).toMatchObject([{ content: 'last' }]);
});
