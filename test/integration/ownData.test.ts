import { createEarshotClient, exportMyData } from '@earshot/client';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { deployments, startEmbedded, type TestServer } from '../resources/server.ts';
import { type StockClient, stockClient, type Watched } from '../resources/stockClient.ts';
import { checkedTokens, issueToken, signToken } from '../resources/tokens.ts';

const confirm = 'erase everything about me';
const erasures = { settleMs: 50, pauseMs: 0, pollMs: 100 };

const tokenOf = (userId: string) => signToken(userId, '1h', userId === 'ada-7' ? 'Ada' : 'Somebody');
const signIn = async ({ url }: TestServer, userId: string) => stockClient(url, { token: await tokenOf(userId) });

/** Everything that is exported to the user, in small pages. */
async function exported({ api }: StockClient) {
  const records = [];
  for (let cursor: string | undefined; ; ) {
    const page = await api.me.export.query({ cursor, limit: 3 });
    records.push(...page.records);
    if (page.next === null) return records;
    cursor = page.next;
  }
}

/** The whole message: an event about the reaction would name the user. */
const isWithoutReaction =
  (messageId: string) =>
  ({ event }: Watched) =>
    event.type === 'message.updated' && event.message.id === messageId && event.message.reactions.length === 0;

/** Ada makes a room, writes and reacts there; Bob watches it. */
async function conversation(ada: StockClient, bob: StockClient) {
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const { id: roomId } = room;
  await ada.api.rooms.describe.mutate({ roomId, title: 'Club' });
  await ada.api.users.updateLocation.mutate({ location: somewhere() });
  await bob.api.rooms.join.mutate({ roomId });
  await ada.api.me.block.mutate({ userId: 'eve-7' });
  await bob.api.me.block.mutate({ userId: 'ada-7' });
  await bob.api.me.unblock.mutate({ userId: 'ada-7' });
  const watch = bob.watch(roomId);
  await watch.until(({ event }) => event.type === 'snapshot');
  const sent = [];
  for (const content of ['one', 'two', 'three', 'four']) {
    sent.push(await ada.api.messages.send.mutate({ roomId, content, clientMessageId: `client ${content}` }));
  }
  const [first] = sent;
  if (!first) throw new TypeError('nothing was sent');
  await ada.api.messages.delete.mutate({ roomId, messageId: first.id });
  const answer = await bob.api.messages.send.mutate({ roomId, content: 'an answer' });
  await ada.api.messages.react.mutate({ roomId, messageId: answer.id, emoji: '👍', on: true });
  return { roomId, watch, answer, sent };
}

test('exportMyData of the client yields the records of all pages', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  const client = createEarshotClient({ url: earshot.a.url, token: await tokenOf('ada-7') });
  try {
    const { room } = await client.trpc.rooms.join.mutate({ location: somewhere() });
    for (let n = 0; n < 120; n += 1) await client.trpc.messages.send.mutate({ roomId: room.id, content: `${n}` });
    const types = [];
    for await (const { type } of exportMyData(client)) types.push(type);
    expect(types).toEqual(['memberships', 'rooms', ...Array.from({ length: 120 }, () => 'messages')]);
  } finally {
    await client.close();
  }
});

describe.each(deployments)('own data, $name', ({ start }) => {
  test('everything about the caller is exported, and nothing about others', async () => {
    await using earshot = await start({ env: checkedTokens });
    using ada = await signIn(earshot.a, 'ada-7');
    using bob = await signIn(earshot.b, 'bob-7');
    const { roomId, answer, sent } = await conversation(ada, bob);
    const records = await exported(ada);
    const of = (type: string) => records.filter((one) => one.type === type).map(({ data }) => data);
    expect(of('profile')).toEqual([{ username: 'Ada', cell: expect.any(String), at: expect.any(Date) }]);
    expect(of('memberships')).toEqual([{ roomId, username: 'Ada', joinedAt: expect.any(Date) }]);
    expect(of('rooms')).toMatchObject([{ id: roomId, title: 'Club', createdBy: 'ada-7' }]);
    expect(of('messages').map(({ id }) => id)).toEqual(sent.map(({ id }) => id).reverse());
    expect(of('privacy')).toMatchObject([{ visibility: { isVisible: true } }, { blocked: { userId: 'eve-7' } }]);
    expect(of('reactions')).toEqual([{ roomId, messageId: answer.id, emoji: '👍' }]);
    expect(JSON.stringify(records)).not.toContain('an answer');
    const { messages, next } = await ada.api.me.messages.query({ limit: 2 });
    expect(messages.map(({ content }) => content)).toEqual(['four', 'three']);
    const rest = await ada.api.me.messages.query({ cursor: next ?? undefined });
    expect([rest.messages.map(({ content }) => content), rest.next]).toEqual([['two', ''], null]);
  });

  test('after an erasure, watchers, history, legacy clients and searches have nothing of the user', async () => {
    await using earshot = await start({ env: checkedTokens, erasures });
    using bob = await signIn(earshot.b, 'bob-7');
    const ada = await signIn(earshot.a, 'ada-7');
    const { roomId, watch, answer, sent } = await conversation(ada, bob);
    expect(await ada.api.me.erasure.query()).toEqual({ state: 'none', requestedAt: null, finishedAt: null });
    const accepted = await ada.api.me.erase.mutate({ confirm });
    expect(accepted).toEqual({ state: 'running', requestedAt: expect.any(Date), finishedAt: null });
    await ada.close();
    await watch.untilAll((all) => {
      const gone = all.flatMap(({ event }) =>
        event.type === 'message.updated' && event.message.username === 'Erased user' ? [event.message.id] : [],
      );
      return sent.every(({ id }) => gone.includes(id)) && all.some(isWithoutReaction(answer.id));
    });
    // The erasure has signed out every token that was issued before.
    using again = stockClient(earshot.b.url, { token: await issueToken('ada-7', 4) });
    await eventually(async () => (await again.api.me.erasure.query()).state === 'done');
    expect(await exported(again)).toEqual([]);

    for (const { url } of [earshot.a, earshot.b]) {
      using cleo = stockClient(url, { token: await tokenOf('cleo-7') });
      await cleo.api.rooms.join.mutate({ roomId });
      const { messages } = await cleo.api.messages.history.query({ roomId });
      expect(messages.filter(({ content }) => content !== '').map(({ content }) => content)).toEqual(['an answer']);
      const started = cleo.watch(roomId, { history: 50 });
      const snapshot = await started.until(({ event }) => event.type === 'snapshot');
      const resumed = cleo.watch(roomId, { lastEventId: '1' });
      await resumed.until(({ seq }) => seq >= answer.seq);
      const seen = JSON.stringify([messages, snapshot, resumed.all, await cleo.api.rooms.get.query({ roomId })]);
      expect(seen).not.toMatch(/ada-7|"Ada"|client (one|two)|three|four/);
      const headers = { authorization: `Bearer ${await tokenOf('dan-7')}` };
      const page = await fetch(`${url}/messages/${roomId}`, { headers });
      const legacy = await page.text();
      expect([page.status, legacy]).toEqual([200, expect.stringContaining('an answer')]);
      expect(legacy).not.toMatch(/ada-7|"Ada"|three|four/);
    }
  });
});
