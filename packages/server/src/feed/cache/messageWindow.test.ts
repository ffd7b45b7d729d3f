import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelStore } from '../testModel.ts';
import { MessageWindow } from './messageWindow.ts';

const room = 'room';

test('a page equals the store’s page after any changes', () => {
  const step = fc.record({ change: fc.option(fc.nat()), limit: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(fc.nat(8), fc.array(step, { maxLength: 30 }), (before, steps) => {
      const store = new ModelStore();
      for (let n = 0; n < before; n += 1) store.append(room);
      const messageWindow = new MessageWindow(
        { messages: store.messages(room).slice(-5), head: store.position(room) },
        4,
      );
      for (const { change, limit } of steps) {
        const all = store.messages(room);
        const target = change === null ? undefined : all[change % Math.max(1, all.length)];
        messageWindow.apply((target ? store.change(room, target.seq, `${change}`) : store.append(room)).message);
        const now = store.messages(room);
        expect(messageWindow.page(limit)).toEqual({ messages: now.slice(-limit), hasMore: now.length > limit });
        expect(messageWindow.head).toEqual(store.position(room));
      }
    }),
  );
});

test('changes read back from the store, each message once in its current version, give the same result', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.array(fc.option(fc.nat()), { maxLength: 20 }), (before, changes) => {
      const store = new ModelStore();
      for (let n = 0; n < before; n += 1) store.append(room);
      const head = store.position(room);
      const messageWindow = new MessageWindow({ messages: store.messages(room).slice(-5), head }, 4);
      for (const change of changes) {
        const all = store.messages(room);
        const target = change === null ? undefined : all[change % Math.max(1, all.length)];
        if (target) store.change(room, target.seq, `${change}`);
        else store.append(room);
      }
      const now = store.messages(room);
      const changed = now.filter(({ updatedSeq }) => updatedSeq > head.seq);
      for (const message of changed.sort((a, b) => a.updatedSeq - b.updatedSeq)) messageWindow.apply(message);
      expect(messageWindow.page(4)).toEqual({ messages: now.slice(-4), hasMore: now.length > 4 });
    }),
  );
});

test('a page is the same object until a change, and is never modified', () => {
  const store = new ModelStore();
  store.append(room);
  const messageWindow = new MessageWindow({ messages: store.messages(room), head: store.position(room) }, 4);
  const page = messageWindow.page(2);
  expect(messageWindow.page(2)).toBe(page);
  messageWindow.apply(store.append(room).message);
  expect(page.messages).toHaveLength(1);
  expect(messageWindow.page(2)).not.toBe(page);
  expect(messageWindow.page(0)).toEqual({ messages: [], hasMore: true });
});

test("a page of long messages ends early, as the store's does; the messages before it are unknown", () => {
  const store = new ModelStore();
  const content = 'x'.repeat(20_000);
  for (let n = 0; n < 12; n += 1) store.append(room, content);
  const messageWindow = new MessageWindow(
    { messages: store.messages(room).slice(-5), head: store.position(room) },
    100,
  );
  const seqs = (limit: number) => messageWindow.page(limit).messages.map(({ seq }) => seq);
  expect([seqs(100), messageWindow.page(100).hasMore]).toEqual([[8, 9, 10, 11, 12], true]);
  // There are other messages between this one and the cached ones.
  messageWindow.apply(store.change(room, 2, 'short').message);
  for (const seq of [8, 9]) messageWindow.apply(store.change(room, seq, 'short').message);
  expect([seqs(100), messageWindow.page(100).hasMore]).toEqual([[8, 9, 10, 11, 12], true]);
  for (let n = 0; n < 3; n += 1) messageWindow.apply(store.append(room, content).message);
  expect(seqs(100)).toEqual([11, 12, 16, 17, 18]);
  expect(messageWindow.head).toEqual(store.position(room));
});

test('the record of the room’s title moves the position, and is in no page', () => {
  const store = new ModelStore();
  store.append(room);
  const messageWindow = new MessageWindow({ messages: store.messages(room), head: store.position(room) }, 4);
  const page = messageWindow.page(2);
  const { message } = store.append(room, '');
  messageWindow.apply({ ...message, deleted: true, description: { name: 'Club', title: 'Club', topic: null } });
  expect(messageWindow.page(2)).toBe(page);
  expect(messageWindow.head).toEqual(store.position(room));
});

test('expired messages are dropped, and the window is of no use once they are to be kept for longer', () => {
  const store = new ModelStore();
  for (let n = 0; n < 6; n += 1) store.append(room);
  const messages = store.messages(room).map((message) => ({ ...message, timestamp: new Date(1_000 * message.seq) }));
  const timeOf = (index: number) => messages[index]?.timestamp.getTime() ?? 0;
  const messageWindow = new MessageWindow({ messages: messages.slice(-5), head: store.position(room) }, 4);
  const page = messageWindow.page(4);
  expect(page.hasMore).toBe(true);
  for (const before of [null, timeOf(0), timeOf(1)]) expect(messageWindow.dropExpired(before)).toBe(true);
  expect(messageWindow.page(4)).toBe(page);
  expect(messageWindow.dropExpired(timeOf(4))).toBe(true);
  expect(messageWindow.page(4)).toEqual({ messages: messages.slice(4), hasMore: false });
  messageWindow.apply({ ...store.change(room, 1, 'late').message, timestamp: new Date(1_000) });
  expect(messageWindow.dropExpired(timeOf(4))).toBe(true);
  expect(messageWindow.page(4)).toEqual({ messages: messages.slice(4), hasMore: false });
  for (const before of [timeOf(3), null]) expect(messageWindow.dropExpired(before)).toBe(false);
  expect(messageWindow.dropExpired(timeOf(5) + 1)).toBe(true);
  expect(messageWindow.page(4)).toEqual({ messages: [], hasMore: false });
});
