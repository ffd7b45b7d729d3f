import { EarshotError, isId, messageSchema, newId, positionOf } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { headSeqs, send, storeDrivers } from '../resources/stores.ts';

const at = (ms: number) => new Date(1_700_000_000_000 + ms);
const named = (code: ConstructorParameters<typeof EarshotError>[0]) => expect.objectContaining({ code });

describe.each(storeDrivers)('$driver: messages', ({ newSite }) => {
  test('are read unchanged, with their number, by every method', async () => {
    await using site = await newSite();
    const store = await site.open(() => at(0).getTime());
    const { message, isNew } = await store.append({
      roomId: 'plaza',
      userId: 'ana',
      username: 'Ana Ñ. 👩‍👩‍👧‍👦',
      content: 'a\nb\u0000 \u{10ffff} 👍🏽',
      clientMessageId: 'c-1',
    });
    expect(isNew).toBe(true);
    expect(message).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      roomId: 'plaza',
      seq: 1,
      updatedSeq: 1,
      userId: 'ana',
      username: 'Ana Ñ. 👩‍👩‍👧‍👦',
      content: 'a\nb\u0000 \u{10ffff} 👍🏽',
      clientMessageId: 'c-1',
      timestamp: at(0),
      editedAt: null,
      deleted: false,
      reactions: [],
    });
    expect(messageSchema.parse(message)).toEqual(message);
    const other = await site.open();
    expect(await other.message({ roomId: 'plaza', messageId: message.id })).toStrictEqual(message);
    expect(await other.history('plaza', { limit: 5 })).toStrictEqual({ messages: [message], hasMore: false });
    expect(await other.snapshot('plaza', 5)).toStrictEqual({ messages: [message], head: positionOf(message) });
    expect(await other.changesSince('plaza', 0, 5)).toStrictEqual([message]);
  });

  test('without a clientMessageId have no such key, not an undefined one', async () => {
    await using site = await newSite();
    const store = await site.open();
    const sent = [await send(store, 'plaza'), await send(store, 'plaza', { clientMessageId: undefined })];
    expect(sent.map((message) => 'clientMessageId' in message)).toEqual([false, false]);
    expect((await store.history('plaza', { limit: 5 })).messages).toStrictEqual(sent);
  });

  test('that a moderator removed say so, in every method, and after further changes', async () => {
    await using site = await newSite();
    const [store, other] = await Promise.all([site.open(), site.open()]);
    const sent = await send(store, 'plaza');
    const target = { roomId: 'plaza', messageId: sent.id };
    await store.change(target, { type: 'react', userId: 'ben', emoji: '👍', on: true });
    const { message, isChanged } = await store.change(target, { type: 'remove' });
    expect(isChanged).toBe(true);
    expect(message).toStrictEqual({
      ...{ ...sent, updatedSeq: 3, updatedAt: message.updatedAt },
      ...{ content: '', deleted: true, removedBy: 'moderator', reactions: [] },
    });
    // The text of an event of the sender is compared with that of the broker.
    expect(JSON.stringify(message)).toBe(JSON.stringify(messageSchema.parse(message)));
    for (const type of ['delete', 'remove'] as const) {
      expect(await other.change(target, { type })).toStrictEqual({ message, isChanged: false });
    }
    await expect(store.change(target, { type: 'edit', content: 'x' })).rejects.toEqual(named('MESSAGE_DELETED'));
    expect(await other.message(target)).toStrictEqual(message);
    expect((await other.history('plaza', { limit: 5 })).messages).toStrictEqual([message]);
    expect(await other.changesSince('plaza', 0, 5)).toStrictEqual([message]);
    const deleted = await send(store, 'plaza');
    await store.change({ roomId: 'plaza', messageId: deleted.id }, { type: 'delete' });
    const { message: still } = await store.change({ roomId: 'plaza', messageId: deleted.id }, { type: 'remove' });
    expect('removedBy' in still).toBe(false);
  });

  test('get the next number, whether the head that the caller passes is current or not', async () => {
    await using site = await newSite();
    const [store, other] = await Promise.all([site.open(), site.open()]);
    const first = await send(other, 'plaza');
    const sent = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'hello' };
    const { message: second } = await store.append(sent, () => first);
    await other.change({ roomId: 'plaza', messageId: first.id }, { type: 'edit', content: 'changed' });
    const fourth = store.append(sent, () => second);
    expect([second.seq, (await fourth).message.seq]).toEqual([2, 4]);
    await send(other, 'plaza');
    const late = await Promise.all(
      [first, second, (await fourth).message].map(async (end) => (await store.append(sent, () => end)).message),
    );
    expect(late.map(({ seq }) => seq)).toEqual([6, 7, 8]);
    const { messages } = await other.history('plaza', { limit: 10 });
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 4, 5, 6, 7, 8]);
    const times = messages.map(({ timestamp }) => timestamp.getTime());
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  test('never have an earlier time than previous ones, regardless of the clocks', async () => {
    await using site = await newSite();
    let [now, ahead] = [Date.now(), 0];
    const [store, other] = await Promise.all([site.open(() => now), site.open(() => now + ahead)]);
    const sent = [await send(store, 'plaza'), await send(store, 'plaza')];
    now -= 3_600_000; // the clock is set back
    sent.push(await send(store, 'plaza'), await send(other, 'plaza'));
    ahead = 600_000; // the other instance's clock is temporarily wrong
    sent.push(await send(other, 'plaza'));
    ahead = 0;
    sent.push(await send(store, 'plaza'), await send(other, 'plaza'));
    const { messages } = await other.history('plaza', { limit: 10 });
    const times = messages.map(({ timestamp }) => timestamp.getTime());
    expect(times).toEqual(sent.map(({ timestamp }) => timestamp.getTime()));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(await send(store, 'park')).toMatchObject({ timestamp: new Date(now) });
  });

  test('are never edited before they were sent, regardless of the clock', async () => {
    await using site = await newSite();
    let now = Date.now();
    const store = await site.open(() => now);
    const { id: messageId, timestamp } = await send(store, 'plaza');
    now -= 3_600_000;
    const { message } = await store.change({ roomId: 'plaza', messageId }, { type: 'edit', content: 'changed' });
    expect(message).toMatchObject({ editedAt: timestamp, updatedAt: timestamp });
    expect(await store.message({ roomId: 'plaza', messageId })).toStrictEqual(message);
  });

  test('sent twice are stored once per user and room', async () => {
    await using site = await newSite();
    const store = await site.open();
    const first = await send(store, 'plaza', { clientMessageId: 'c-1' });
    const again = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'other', clientMessageId: 'c-1' };
    expect(await store.append(again)).toStrictEqual({ message: first, isNew: false });
    expect(await store.append({ ...again, userId: 'ben' })).toMatchObject({ isNew: true, message: { seq: 2 } });
    expect(await store.append({ ...again, roomId: 'park' })).toMatchObject({ isNew: true, message: { seq: 1 } });
    expect(await headSeqs(store, ['plaza'])).toEqual(new Map([['plaza', 2]]));
  });

  test('a repeat returns the current message', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { id: messageId } = await send(store, 'plaza', { clientMessageId: 'c-1' });
    const { message } = await store.change({ roomId: 'plaza', messageId }, { type: 'delete' });
    expect(await send(store, 'plaza', { clientMessageId: 'c-1' })).toStrictEqual(message);
  });

  test('take one number per change', async () => {
    await using site = await newSite();
    let now = at(0);
    const store = await site.open(() => now.getTime());
    const sent = await send(store, 'plaza');
    await send(store, 'plaza');
    const target = { roomId: 'plaza', messageId: sent.id };
    now = at(60_000);
    const edited = { ...sent, updatedSeq: 3, updatedAt: now, content: 'hi', editedAt: now };
    const reacted = { ...edited, updatedSeq: 4, reactions: [{ emoji: '👍', count: 1, userIds: ['ben'] }] };
    const deleted = { ...edited, updatedSeq: 5, content: '', deleted: true };
    const steps = [
      [{ type: 'edit', content: 'hi' }, edited, true],
      [{ type: 'edit', content: 'hi' }, edited, false],
      [{ type: 'react', userId: 'ben', emoji: '👍', on: true }, reacted, true],
      [{ type: 'react', userId: 'ben', emoji: '👍', on: true }, reacted, false],
      [{ type: 'react', userId: 'eve', emoji: '👍', on: false }, reacted, false],
      [{ type: 'delete' }, deleted, true],
      [{ type: 'delete' }, deleted, false],
    ] as const;
    for (const [change, message, isChanged] of steps) {
      expect(await store.change(target, change)).toStrictEqual({ message, isChanged });
      expect(await store.message(target)).toStrictEqual(message);
    }
    expect(await store.changesSince('plaza', 2, 9)).toStrictEqual([deleted]);
  });

  test('rejected changes take no number', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { id: messageId } = await send(store, 'plaza');
    const target = { roomId: 'plaza', messageId };
    const edit = { type: 'edit', content: 'hi' } as const;
    await expect(store.change({ roomId: 'park', messageId }, edit)).rejects.toEqual(named('MESSAGE_NOT_FOUND'));
    await expect(store.change({ roomId: 'plaza', messageId: newId() }, edit)).rejects.toEqual(
      named('MESSAGE_NOT_FOUND'),
    );
    await expect(store.change({ roomId: 'plaza', messageId: 'no id' }, edit)).rejects.toEqual(
      named('MESSAGE_NOT_FOUND'),
    );
    await store.change(target, { type: 'delete' });
    await expect(store.change(target, edit)).rejects.toEqual(named('MESSAGE_DELETED'));
    await expect(store.change(target, { type: 'react', userId: 'ben', emoji: '👍', on: true })).rejects.toEqual(
      named('MESSAGE_DELETED'),
    );
    expect(await send(store, 'plaza')).toMatchObject({ seq: 3 });
  });

  test('are null if the id is unknown, whatever its form', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { id: messageId } = await send(store, 'plaza');
    expect(isId(messageId)).toBe(true);
    for (const target of [
      { roomId: 'park', messageId },
      { roomId: 'plaza', messageId: newId() },
      { roomId: 'plaza', messageId: '' },
      { roomId: 'plaza', messageId: '{"$gt":""}' },
    ]) {
      expect(await store.message(target)).toBeNull();
    }
  });

  test('a closed store rejects calls and can be closed again', async () => {
    await using site = await newSite();
    const store = await site.open();
    await store.ping();
    const last = send(store, 'plaza');
    await store.close();
    expect(await last).toMatchObject({ seq: 1 });
    await store.close();
    for (const call of [
      () => send(store, 'plaza'),
      () => store.heads(['plaza']),
      () => store.room('plaza'),
      () => store.ping(),
    ]) {
      await expect(call()).rejects.toThrow(EarshotError);
    }
    expect(await headSeqs(await site.open(), ['plaza'])).toEqual(new Map([['plaza', 1]]));
  });
});
