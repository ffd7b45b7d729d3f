import { type EarshotError, limits } from '@earshot/shared';
import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, inject, test, vi } from 'vitest';
import type { Store } from '../../packages/server/src/store/store.ts';
import { beginTransaction } from '../resources/beginTransaction.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { mongoSite, send, storeDrivers, upTo } from '../resources/stores.ts';

const named = (code: ConstructorParameters<typeof EarshotError>[0]) => expect.objectContaining({ code });

/** Stores a message, and returns functions that react to it. */
async function message(store: Store) {
  const { id: messageId } = await send(store, 'plaza');
  const target = { roomId: 'plaza', messageId };
  const react = (userId: string, emoji: string, { on = true, by = store } = {}) =>
    by.change(target, { type: 'react', userId, emoji, on });
  const own = async (userId: string) =>
    (await store.ownReactions('plaza', { userId, messageIds: [messageId] })).map(({ emojis }) => emojis.sort());
  return { target, messageId, react, own };
}

describe.each(storeDrivers)('$driver: reactions', ({ newSite }) => {
  test('of very many users at once are all accepted, counted and stored; the message names the first users', async () => {
    await using site = await newSite();
    const [store, other] = await Promise.all([site.open(), site.open()]);
    const { target, react, own } = await message(store);
    const people = upTo(200).map((n) => `u${n}`);
    const results = await Promise.all(people.map((id, n) => react(id, '👍', { by: n % 2 ? store : other })));
    expect(results.every(({ isChanged }) => isChanged)).toBe(true);
    expect(results.map(({ message: { updatedSeq } }) => updatedSeq).sort((a, b) => a - b)).toEqual(
      upTo(200).map((n) => n + 1),
    );
    const order = results.toSorted((a, b) => a.message.updatedSeq - b.message.updatedSeq);
    const ids = order.map((one) => people[results.indexOf(one)] ?? '');
    expect((await other.message(target))?.reactions).toEqual([{ emoji: '👍', count: 200, userIds: ids.slice(0, 20) }]);
    for (const id of ids) expect(await own(id)).toEqual([['👍']]);

    // The next users are named instead of those that take their reaction back.
    const removed = ids.slice(0, 3);
    await Promise.all(removed.map((id, n) => react(id, '👍', { on: false, by: n % 2 ? store : other })));
    expect((await store.message(target))?.reactions).toEqual([{ emoji: '👍', count: 197, userIds: ids.slice(3, 23) }]);
    expect(await own(removed[0] ?? '')).toEqual([[]]);
    expect((await react(removed[0] ?? '', '👍', { on: false })).isChanged).toBe(false);
    expect((await react(ids[150] ?? '', '👍')).isChanged).toBe(false);
  });

  test('of one user are limited to five per message, even concurrently', async () => {
    await using site = await newSite();
    const [store, other] = await Promise.all([site.open(), site.open()]);
    const { target, react, own } = await message(store);
    const emojis = ['👍', '🎉', '👀', '🙏', '😮', '😢', '😂'];
    const results = await Promise.allSettled(emojis.map((one, n) => react('ana', one, { by: n % 2 ? store : other })));
    const refused = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toEqual([named('TOO_MANY_OWN_REACTIONS'), named('TOO_MANY_OWN_REACTIONS')]);
    expect((await own('ana'))[0]).toHaveLength(limits.emojiPerPerson);
    expect((await store.message(target))?.updatedSeq).toBe(1 + limits.emojiPerPerson);
  });

  test('are limited to twenty emoji per message, each of which every user may use', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { target, react } = await message(store);
    const emojis = upTo(limits.emojiPerMessage).map((n) => String.fromCodePoint(0x1f600 + n));
    await Promise.all(emojis.map((emoji, n) => react(`u${n}`, emoji)));
    await expect(react('ana', '👍')).rejects.toEqual(named('TOO_MANY_EMOJI'));
    await react('ana', emojis[4] ?? '');
    const stored = await store.message(target);
    expect(stored?.reactions.map(({ emoji }) => emoji)).toEqual(emojis);
    expect(stored?.updatedSeq).toBe(2 + limits.emojiPerMessage);
    await react('u0', emojis[0] ?? '', { on: false });
    await react('ana', '👍');
    expect((await store.message(target))?.reactions.at(-1)).toEqual({ emoji: '👍', count: 1, userIds: ['ana'] });
  });

  test.each(['delete', 'remove'] as const)('survive an edit, and go with their message: %s', async (type) => {
    await using site = await newSite();
    const store = await site.open();
    const { target, react } = await message(store);
    await react('ana', '👍');
    const edited = await store.change(target, { type: 'edit', content: 'other' });
    expect(edited.message.reactions).toEqual([{ emoji: '👍', count: 1, userIds: ['ana'] }]);
    await react('ben', '👍');
    await store.change(target, { type });
    expect((await store.message(target))?.reactions).toEqual([]);
    const exported = () => store.personal.reactions.exportOf('ana', { after: null, limit: 10 });
    await expect.poll(exported).toEqual({ records: [], next: null });
    await expect(react('ana', '👍', { on: false })).rejects.toEqual(named('MESSAGE_DELETED'));
  });

  test('of one user are returned for each requested message of this room', async () => {
    await using site = await newSite();
    const store = await site.open();
    const [one, two] = [await message(store), await message(store)];
    await one.react('ana', '👍');
    await one.react('ana', '🎉');
    await two.react('ben', '👍');
    const messageIds = [two.messageId, one.messageId, '0'.repeat(24)];
    const found = await store.ownReactions('plaza', { userId: 'ana', messageIds });
    expect(found.map(({ messageId, emojis }) => [messageId, emojis.sort()])).toEqual([
      [two.messageId, []],
      [one.messageId, ['🎉', '👍'].sort()],
      ['0'.repeat(24), []],
    ]);
    const elsewhere = await store.ownReactions('park', { userId: 'ana', messageIds: [one.messageId] });
    expect(elsewhere.map(({ emojis }) => emojis)).toEqual([[]]);
  });
});

test('mongodb: a reaction that could not be written in time is not written after it was taken back', async () => {
  await using site = await mongoSite();
  const { spec } = site;
  if (spec.kind !== 'mongodb') throw new TypeError('another store');
  const store = await site.open();
  const { target, messageId, react } = await message(store);
  await using client = new MongoClient(spec.uri);
  await using session = client.startSession();
  const messages = client.db(spec.database).collection('messages');
  const hold = { $set: { held: true } };
  await beginTransaction(session, () => messages.updateOne({ _id: new ObjectId(messageId) }, hold, { session }));
  using sessions = vi.spyOn(MongoClient.prototype, 'withSession');
  await expect(react('ana', '👍')).rejects.toEqual(named('STORE_UNAVAILABLE'));
  await session.abortTransaction();
  expect((await react('ana', '👍', { on: false })).isChanged).toBe(false);
  const ended = await Promise.allSettled(sessions.mock.results.map(({ value }) => value));
  expect(ended.map(({ status }) => status)).toEqual(['rejected']);
  expect((await store.message(target))?.reactions).toEqual([]);
}, 30_000);

test('mongodb: a reaction is not committed once its caller has an error', async () => {
  await using proxy = await openFlakyProxy(inject('mongodbUri'));
  await using site = await mongoSite(`mongodb://${new URL(proxy.url).host}/?directConnection=true`);
  const store = await site.open();
  const { target, react } = await message(store);
  await react('ben', '👍'); // while indexes of a new store are built, a first attempt may fail
  using sessions = vi.spyOn(MongoClient.prototype, 'withSession');
  proxy.hold('$push');
  await expect(react('ana', '👍')).rejects.toEqual(named('STORE_UNAVAILABLE'));
  proxy.mend();
  const ended = await Promise.allSettled(sessions.mock.results.map(({ value }) => value));
  expect(ended.map(({ status }) => status)).toEqual(['rejected']);
  expect((await store.message(target))?.reactions).toMatchObject([{ count: 1, userIds: ['ben'] }]);
  expect((await react('ana', '👍', { on: false })).isChanged).toBe(false);
}, 30_000);
