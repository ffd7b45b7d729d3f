import type { Message, Position } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import type { MessageChange, Store } from '../../packages/server/src/store/store.ts';
import { allChanges, ascending, headSeqs, send, storeDrivers, upTo } from '../resources/stores.ts';

/** All changes of the log, by number. */
async function everything(store: Store, roomId: string): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { messages, hasMore } = await store.history(roomId, { after: all.at(-1)?.seq ?? 0, limit: 100 });
    all.push(...messages);
    if (!hasMore) return all;
  }
}

describe.each(storeDrivers)('$driver: races of two instances on one database', ({ newSite }) => {
  test('50 writers leave no gap and take no number twice', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const write = async (writer: number) => {
      const sent: Message[] = [];
      for (const count of upTo(12)) {
        const store = stores[(writer + count) % 2] as Store;
        sent.push(await send(store, 'plaza', { userId: `u${writer}`, content: `${writer}/${count}` }));
      }
      // Each writer's appends are in order.
      expect(sent.map(({ seq }) => seq)).toEqual(ascending(sent.map(({ seq }) => seq)));
      return sent;
    };
    const sent = (await Promise.all(upTo(50).map(write))).flat();
    expect(ascending(sent.map(({ seq }) => seq))).toEqual(upTo(600));
    const bySeq = sent.sort((a, b) => a.seq - b.seq);
    for (const store of stores) expect(await everything(store, 'plaza')).toStrictEqual(bySeq);
  });

  test('every room has its own numbers', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const rooms = upTo(10).map((room) => `room ${room}`);
    const sent = await Promise.all(
      rooms.flatMap((roomId) => upTo(10).map((count) => send(stores[count % 2] as Store, roomId))),
    );
    for (const roomId of rooms) {
      const seqs = sent.filter((message) => message.roomId === roomId).map(({ seq }) => seq);
      expect(ascending(seqs)).toEqual(upTo(10));
    }
    expect(await headSeqs(stores[0] as Store, rooms)).toEqual(new Map(rooms.map((roomId) => [roomId, 10])));
  });

  test('one append by 20 concurrent callers is stored once, among others', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const once = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'once', clientMessageId: 'c-1' };
    const [results] = await Promise.all([
      Promise.all(upTo(20).map((caller) => (stores[caller % 2] as Store).append(once))),
      Promise.all(upTo(40).map((caller) => send(stores[caller % 2] as Store, 'plaza', { userId: `u${caller}` }))),
    ]);
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    const [first] = results;
    for (const { message } of results) expect(message).toStrictEqual(first?.message);
    const all = await everything(stores[0] as Store, 'plaza');
    expect(all.map(({ seq }) => seq)).toEqual(upTo(41));
    expect(all.filter(({ content }) => content === 'once')).toHaveLength(1);
  });

  test('appends are stored in the order of the calls, regardless of other writers', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const noise = Promise.all(upTo(60).map(() => send(other, 'plaza', { userId: 'other' })));
    const mine = upTo(60).map((count) => send(store, 'plaza', { content: String(count) }));
    const seqs = (await Promise.all(mine)).map(({ seq }) => seq);
    expect(seqs).toEqual(ascending(seqs));
    await noise;
  });

  test('concurrent edits, deletes, reactions and appends leave no gap', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const sent: Message[] = [];
    for (const place of upTo(5)) sent.push(await send(stores[place % 2] as Store, 'plaza', { userId: `u${place}` }));
    const taken = new Map(sent.map((message) => [message.seq, message]));
    const take = (message: Message) => {
      expect(taken.has(message.updatedSeq)).toBe(false);
      taken.set(message.updatedSeq, message);
    };
    const changeOf = (caller: number): MessageChange => {
      if (caller % 7 === 0) return { type: 'edit', content: `edit ${caller}` };
      return { type: 'react', userId: `u${caller % 20}`, emoji: '👍', on: caller % 3 !== 0 };
    };
    const work = async (caller: number) => {
      const store = stores[caller % 2] as Store;
      if (caller % 4 === 0) return take(await send(store, 'plaza', { content: String(caller) }));
      const target = { roomId: 'plaza', messageId: sent[caller % 5]?.id ?? '' };
      const { message, isChanged } = await store.change(target, changeOf(caller));
      if (isChanged) take(message);
    };
    // In rounds: every change of a message waits for those before it, and a call of the store has 5 s.
    for (const round of upTo(5)) await Promise.all(upTo(40).map((caller) => work(40 * (round - 1) + caller)));
    // Of ten concurrent deletes, one makes the change.
    for (const { id: messageId } of sent.slice(0, 3)) {
      const target = { roomId: 'plaza', messageId };
      const all = await Promise.all(upTo(10).map((n) => (stores[n % 2] as Store).change(target, { type: 'delete' })));
      const made = all.filter(({ isChanged }) => isChanged).map(({ message }) => message);
      expect(made).toHaveLength(1);
      made.forEach(take);
    }
    expect(ascending(taken.keys())).toEqual(upTo(taken.size));
    expect(await headSeqs(stores[0] as Store, ['plaza'])).toEqual(new Map([['plaza', taken.size]]));
    // The log has each message as of its latest acknowledged change.
    for (const message of await everything(stores[1] as Store, 'plaza')) {
      expect(message).toStrictEqual(taken.get(message.updatedSeq));
    }
  });

  test('a number is not taken again if its message has changed since and the other instance missed that', async () => {
    await using site = await newSite();
    const [slow, busy] = [await site.open(), await site.open()];
    const numbers: number[] = [];
    for (const _ of upTo(20)) {
      // Here `slow` caches the head, and then the other instance writes.
      numbers.push((await send(slow, 'plaza')).seq);
      const { id: messageId, seq } = await send(busy, 'plaza');
      numbers.push(seq);
      for (const content of ['one', 'two', 'three']) {
        const { message } = await busy.change({ roomId: 'plaza', messageId }, { type: 'edit', content });
        numbers.push(message.updatedSeq);
      }
    }
    expect(numbers).toEqual(upTo(100));
  });

  test('a snapshot plus the changes since it equals the log at any moment', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const first = await send(store, 'plaza');
    const target = { roomId: 'plaza', messageId: first.id };
    const write = async (writer: number) => {
      for (const count of upTo(25)) {
        const by = writer % 2 ? store : other;
        if (count % 2) await send(by, 'plaza', { userId: `u${writer}` });
        else await by.change(target, { type: 'react', userId: `u${writer}`, emoji: '👍', on: count % 4 === 0 });
      }
    };
    const writing = Promise.all(upTo(8).map(write));
    const reads: { messages: Message[]; head: Position }[] = [];
    const check = async () => {
      for (const reader of [store, other, store, other, store, other])
        reads.push(await reader.snapshot('plaza', 1_000));
    };
    await Promise.all([writing, check()]);
    const all = await everything(store, 'plaza');
    for (const { messages, head } of reads) {
      expect(Math.max(...messages.map(({ updatedSeq }) => updatedSeq))).toBe(head.seq);
      const known = new Map(messages.map((message) => [message.id, message]));
      for (const message of await allChanges(store, 'plaza', head.seq)) known.set(message.id, message);
      expect([...known.values()].sort((a, b) => a.seq - b.seq)).toStrictEqual(all);
    }
  });
});
