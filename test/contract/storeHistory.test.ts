import { emptyPosition, isFullPage, type Message } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../packages/server/src/store/store.ts';
import { headSeqs, send, storeDrivers, upTo } from '../resources/stores.ts';

const seqs = (messages: readonly Message[]) => messages.map((message) => message.seq);

/** Ten messages have the numbers 1 to 10. Then the third and the first are changed, which takes 11 and 12. */
async function fill(store: Store, roomId: string): Promise<void> {
  const sent: Message[] = [];
  for (const _ of upTo(10)) sent.push(await send(store, roomId));
  for (const place of [3, 1]) {
    const messageId = sent[place - 1]?.id ?? '';
    await store.change({ roomId, messageId }, { type: 'edit', content: 'changed' });
  }
}

describe.each(storeDrivers)('$driver: history', ({ newSite }) => {
  test.each([
    ['the newest', { limit: 3 }, [8, 9, 10], true],
    ['all, to the last', { limit: 10 }, upTo(10), false],
    ['all but one', { limit: 9 }, upTo(10).slice(1), true],
    ['before a place', { before: 8, limit: 3 }, [5, 6, 7], true],
    ['before, down to the first exactly', { before: 4, limit: 3 }, [1, 2, 3], false],
    ['before, with room to spare', { before: 3, limit: 3 }, [1, 2], false],
    ['before the first', { before: 1, limit: 3 }, [], false],
    ['after a place', { after: 3, limit: 3 }, [4, 5, 6], true],
    ['after, up to the last exactly', { after: 7, limit: 3 }, [8, 9, 10], false],
    ['after, with room to spare', { after: 8, limit: 3 }, [9, 10], false],
    ['after the last', { after: 10, limit: 3 }, [], false],
    ['after nothing', { after: 0, limit: 2 }, [1, 2], true],
    ['after the number of a change, which is no place', { after: 11, limit: 2 }, [], false],
  ])('returns %s', async (_, page, places, hasMore) => {
    await using site = await newSite();
    const store = await site.open();
    await fill(store, 'plaza');
    await send(store, 'park');
    const { messages, ...rest } = await store.history('plaza', page);
    expect({ places: seqs(messages), ...rest }).toEqual({ places, hasMore });
  });

  test('pages return every message once in both directions, despite gaps left by changes', async () => {
    await using site = await newSite();
    const store = await site.open();
    await fill(store, 'plaza');
    for (const _ of upTo(4)) await send(store, 'plaza');
    const all = [...upTo(10), 13, 14, 15, 16];
    const back: number[] = [];
    for (let before: number | undefined, more = true; more; before = back[0]) {
      const page = await store.history('plaza', { before, limit: 4 });
      back.unshift(...seqs(page.messages));
      more = page.hasMore;
    }
    const forth: number[] = [];
    for (let more = true; more; ) {
      const page = await store.history('plaza', { after: forth.at(-1) ?? 0, limit: 4 });
      forth.push(...seqs(page.messages));
      more = page.hasMore;
    }
    expect([back, forth]).toEqual([all, all]);
  });

  test('pages of long messages end early, set hasMore, and return every message once', async () => {
    await using site = await newSite();
    const store = await site.open();
    const content = 'x'.repeat(20_000);
    for (const _ of upTo(12)) await send(store, 'plaza', { content });
    const newest = await store.history('plaza', { limit: 100 });
    expect([seqs(newest.messages), newest.hasMore]).toEqual([[8, 9, 10, 11, 12], true]);
    expect(isFullPage(newest.messages, 100)).toBe(true);
    const before = await store.history('plaza', { before: 8, limit: 100 });
    expect([seqs(before.messages), before.hasMore]).toEqual([[3, 4, 5, 6, 7], true]);
    const first = await store.history('plaza', { before: 3, limit: 100 });
    expect([seqs(first.messages), first.hasMore]).toEqual([[1, 2], false]);
    const after = await store.history('plaza', { after: 2, limit: 100 });
    expect([seqs(after.messages), after.hasMore]).toEqual([[3, 4, 5, 6, 7], true]);
    expect(seqs((await store.snapshot('plaza', 100)).messages)).toEqual(seqs(newest.messages));
    expect(seqs(await store.changesSince('plaza', 3, 100))).toEqual([4, 5, 6, 7, 8]);
    const byTime = await store.historyBefore('plaza', { limit: 100 });
    expect(seqs(byTime)).toEqual(seqs(newest.messages));
    const [oldest] = byTime;
    expect(seqs(await store.historyBefore('plaza', { before: oldest?.timestamp, limit: 100 }))).toEqual([
      3, 4, 5, 6, 7,
    ]);
    await send(store, 'park', { content: 'x'.repeat(1_000_000) });
    expect(await store.history('park', { limit: 100 })).toMatchObject({ messages: [{ seq: 1 }], hasMore: false });
  });

  test('pages of short and long messages return every message once, whatever their order', async () => {
    await using site = await newSite();
    const store = await site.open();
    const all = upTo(180);
    // The sizes of the first ones say nothing about those that follow.
    const isLong = (n: number) => n > 40 && n < 60;
    await Promise.all(
      all.map((n) => send(store, 'plaza', { content: isLong(n) ? 'x'.repeat(9_000) : 'hi', clientMessageId: `${n}` })),
    );
    const walk = async (read: (last: Message | undefined) => Promise<Message[]>) => {
      const pages: Message[][] = [];
      for (let last: Message | undefined; ; last = pages.at(-1)?.at(-1)) {
        const page = await read(last);
        if (page.length === 0) return seqs(pages.flat());
        pages.push(page);
      }
    };
    const ways = {
      forwards: walk(async (last) => (await store.history('plaza', { after: last?.seq ?? 0, limit: 100 })).messages),
      backwards: walk(async (last) =>
        (await store.history('plaza', { ...(last && { before: last.seq }), limit: 100 })).messages.reverse(),
      ),
      changes: walk((last) => store.changesSince('plaza', last?.updatedSeq ?? 0, 1_000)),
      byTime: walk(async (last) =>
        (await store.historyBefore('plaza', { before: last?.timestamp, limit: 100 })).reverse(),
      ),
    };
    expect(await ways.forwards).toEqual(all);
    expect(await ways.changes).toEqual(all);
    expect((await ways.backwards).reverse()).toEqual(all);
    expect((await ways.byTime).reverse()).toEqual(all);
    const own: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: { records: Message[]; next: string | null } = await store.personal.messages.exportOf('ana', {
        ...{ after, limit: 100 },
      });
      own.push(...page.records.map(({ id }) => id));
      if (page.next === null) break;
      after = page.next;
    }
    expect(new Set(own).size).toBe(all.length);
    expect(own).toHaveLength(all.length);
  });

  test('pages by time have the messages from before that time, whatever was deleted between them', async () => {
    await using site = await newSite();
    let now = 1_700_000_000_000;
    const store = await site.open(() => (now += 1_000));
    const sent: Message[] = [];
    for (const _ of upTo(12)) sent.push(await send(store, 'plaza'));
    await send(store, 'park');
    // The changes take numbers, and keep their messages from the deletion.
    const settled = new Date(now);
    for (const place of [2, 3, 6]) {
      const target = { roomId: 'plaza', messageId: sent[place - 1]?.id ?? '' };
      await store.change(target, { type: 'edit', content: 'changed' });
    }
    sent.push(await send(store, 'plaza'));
    await store.expiry.deleteExpired([{ roomId: 'plaza', before: sent[7]?.timestamp ?? settled }], settled);
    const { messages } = await store.history('plaza', { limit: 20 });
    expect(seqs(messages)).toEqual([2, 3, 6, 8, 9, 10, 11, 12, 16]);
    const times = sent.flatMap(({ timestamp }) => [-1, 0, 1].map((after) => new Date(timestamp.getTime() + after)));
    for (const before of times) {
      const page = messages.filter(({ timestamp }) => timestamp < before).slice(-3);
      expect(seqs(await store.historyBefore('plaza', { before, limit: 3 }))).toEqual(seqs(page));
    }
  });

  test('tombstones keep their number', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { id: messageId } = await send(store, 'plaza');
    await send(store, 'plaza');
    await store.change({ roomId: 'plaza', messageId }, { type: 'delete' });
    const { messages } = await store.history('plaza', { limit: 5 });
    expect(messages).toMatchObject([{ seq: 1, updatedSeq: 3, deleted: true, content: '' }, { seq: 2 }]);
  });

  test('a snapshot has the newest messages and the head, also without messages', async () => {
    await using site = await newSite();
    const store = await site.open();
    expect(await store.snapshot('plaza', 3)).toEqual({ messages: [], head: emptyPosition });
    await fill(store, 'plaza');
    const { messages, head } = await store.snapshot('plaza', 3);
    expect([seqs(messages), head.seq]).toEqual([[8, 9, 10], 12]);
    expect(await store.snapshot('plaza', 0)).toEqual({ messages: [], head });
  });

  test('changes since a number are ordered by their latest number, with each message once', async () => {
    await using site = await newSite();
    const store = await site.open();
    await fill(store, 'plaza');
    const since = async (seq: number, limit: number) =>
      (await store.changesSince('plaza', seq, limit)).map((message) => [message.seq, message.updatedSeq]);
    expect(await since(9, 10)).toEqual([
      [10, 10],
      [3, 11],
      [1, 12],
    ]);
    expect(await since(0, 2)).toEqual([
      [2, 2],
      [4, 4],
    ]);
    expect(await since(12, 10)).toEqual([]);
    expect(await store.changesSince('park', 0, 10)).toEqual([]);
  });

  test('heads returns the head of each requested room', async () => {
    await using site = await newSite();
    const store = await site.open();
    await fill(store, 'plaza');
    await send(store, 'park');
    expect(await headSeqs(store, ['park', 'plaza', 'nowhere', 'plaza'])).toEqual(
      new Map([
        ['park', 1],
        ['plaza', 12],
        ['nowhere', 0],
      ]),
    );
    expect(await store.heads([])).toEqual(new Map());
  });
});
