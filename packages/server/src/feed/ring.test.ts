import type { ChangeEvent, Position, RoomEvent } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { isChange } from './envelope.ts';
import { EventBatch } from './eventBatch.ts';
import { Cursor, type FeedEntry, Ring } from './ring.ts';
import { ModelStore } from './testModel.ts';

const { message } = new ModelStore().append('room');
const at = (seq: number): Position => ({ seq, time: 1_000 + seq });
const change = (seq: number): FeedEntry => ({
  event: { type: 'message.created', message },
  fromConnectionId: '',
  position: at(seq),
});
const passing = (): FeedEntry => ({ event: { type: 'presence', userCount: 1 }, fromConnectionId: '', position: null });

function ringOf(capacity: number, ...entries: FeedEntry[]): Ring {
  const ring = new Ring(capacity);
  for (const entry of entries) ring.push(entry);
  return ring;
}

function readAll(cursor: Cursor, ring: Ring): (number | null | 'behind')[] {
  const seqs: (number | null | 'behind')[] = [];
  for (let entry = cursor.next(ring); entry; entry = cursor.next(ring)) {
    if (entry === 'behind') return [...seqs, 'behind'];
    seqs.push(entry.position?.seq ?? null);
  }
  return seqs;
}

test('a ring keeps the latest entries at their offsets and knows the last change it evicted', () => {
  const ring = ringOf(3, change(1), passing(), change(2));
  expect([ring.oldestOffset, ring.end, ring.floorSeq]).toEqual([0, 3, 0]);
  ring.push(change(3));
  expect([ring.oldestOffset, ring.end, ring.floorSeq]).toEqual([1, 4, 1]);
  ring.push(change(4)); // evicts an ephemeral event
  expect([ring.oldestOffset, ring.end, ring.floorSeq]).toEqual([2, 5, 1]);
  expect([ring.at(1), ring.at(2)?.position?.seq, ring.at(4)?.position?.seq, ring.at(5)]).toEqual([
    undefined,
    2,
    4,
    undefined,
  ]);
});

test('a cursor continues as the ring grows', () => {
  const ring = ringOf(8, change(1));
  const cursor = new Cursor(at(0), 0);
  expect(readAll(cursor, ring)).toEqual([1]);
  ring.push(passing());
  ring.push(change(2));
  expect(readAll(cursor, ring)).toEqual([null, 2]);
  expect(cursor.seq).toBe(2);
});

test('a cursor skips changes it has, and ephemeral events from before it attached', () => {
  const ring = ringOf(8, passing(), change(1), change(2), passing(), change(3));
  expect(readAll(new Cursor(at(2), 3), ring)).toEqual([null, 3]);
  expect(readAll(new Cursor(at(2), 4), ring)).toEqual([3]);
  expect(readAll(new Cursor(at(9), 0), ring)).toEqual([null, null]);
});

test('a cursor that lost only ephemeral events continues; one that lost a change is behind', () => {
  const ring = ringOf(2, passing(), change(5), change(6));
  ring.initializeAt(at(4));
  expect(readAll(new Cursor(at(4), 0), ring)).toEqual([5, 6]);
  ring.push(change(7));
  expect(readAll(new Cursor(at(4), 0), ring)).toEqual(['behind']);
  expect(readAll(new Cursor(at(5), 0), ring)).toEqual([6, 7]);
});

test('a cursor advanced by other means re-enters the ring without a repeat', () => {
  const ring = ringOf(2, change(1), change(2), change(3), change(4));
  const cursor = new Cursor(at(0), 0);
  expect(cursor.next(ring)).toBe('behind');
  cursor.advanceTo(at(3));
  for (const seq of [3, 1]) cursor.advanceTo({ seq, time: 0 }); // out of date
  expect(cursor.position).toEqual(at(3));
  expect(readAll(cursor, ring)).toEqual([4]);
});

test('a cursor moves to an offset and a position, and never back', () => {
  const ring = ringOf(8, change(1), passing(), change(2), passing());
  const cursor = new Cursor(at(0), 0);
  expect(cursor.isAtEnd(ring)).toBe(false);
  cursor.moveTo(3, at(2));
  cursor.moveTo(1, at(1));
  expect([cursor.position, cursor.isAtEnd(ring)]).toEqual([at(2), false]);
  expect(readAll(cursor, ring)).toEqual([null]);
  expect(cursor.isAtEnd(ring)).toBe(true);
});

test('a position before the feed began is not in its ring', () => {
  const ring = new Ring(8);
  ring.initializeAt(at(10));
  expect(new Cursor(at(9), 0).next(ring)).toBe('behind');
  expect(new Cursor(at(10), 0).next(ring)).toBeUndefined();
});

test('a ring knows the last change up to a number, as far back as its entries', () => {
  const ring = new Ring(3);
  ring.initializeAt(at(4));
  for (const entry of [change(5), passing(), change(8)]) ring.push(entry);
  expect([3, 4, 5, 7, 8, 9].map((seq) => ring.lastChange(seq)?.seq)).toEqual([undefined, 4, 5, 5, 8, undefined]);
  expect([ring.head, ring.lastChange(7)]).toEqual([at(8), at(5)]);
  ring.push(change(9));
  expect([4, 5, 8].map((seq) => ring.lastChange(seq)?.seq)).toEqual([undefined, 5, 8]);
  ring.push(passing());
  expect(ring.head).toEqual(at(9));
});

describe('a message whose text changes', () => {
  const store = new ModelStore();
  const entry = (event: ChangeEvent): FeedEntry => ({
    event,
    fromConnectionId: '',
    position: at(event.message.updatedSeq),
  });
  const first = entry(store.append('room'));
  const other = entry(store.append('room'));
  const edited = entry(store.change('room', 1, 'edited'));
  const again = entry(store.change('room', 1, 'edited again'));
  const ring = ringOf(8, first, other, passing(), edited, again);
  const texts = () => {
    const all = Array.from({ length: ring.end - ring.oldestOffset }, (_, n) => ring.at(ring.oldestOffset + n)?.event);
    return all.map((event) => (event && isChange(event) ? event.message.content : null));
  };

  test('stays in the ring in its current version, at each of its numbers', () => {
    expect(texts()).toEqual(['edited again', 'hello', null, 'edited again', 'edited again']);
  });

  test('is delivered once, as new to a reader from before it', () => {
    const cursor = new Cursor(at(0), 0);
    expect(readAll(cursor, ring)).toEqual([2, null, 4]);
    const unseen = new Cursor(at(0), 0);
    while (unseen.seq < 4) unseen.next(ring);
    expect([unseen.takeUnseenAt(1), unseen.takeUnseenAt(1)]).toEqual([true, false]);
    const resumed = new Cursor(at(1), 0);
    expect(readAll(resumed, ring)).toEqual([2, null, 4]);
    expect(resumed.takeUnseenAt(1)).toBe(false);
  });

  test('is remembered by a reader that skips its creation, until it takes it or skips nothing more', () => {
    const skipped = new Cursor(at(0), 0);
    const entries = [0, 1, 2, 3].map((offset) => ring.at(offset));
    for (const entry of entries) if (entry) skipped.skip(entry);
    expect([skipped.takeUnseen(), skipped.takeUnseen()]).toEqual([new Set([1]), undefined]);
  });

  test('keeps its entries where only its reactions change', () => {
    const reacted = entry(store.change('room', 2, 'hello'));
    const kept = ringOf(8, other, reacted);
    expect(kept.at(0)).toBe(other);
  });

  test('replaces all of its entries where a user is erased', () => {
    const { message } = store.change('room', 2, 'hello');
    const kept = ringOf(8, other);
    kept.push({ event: { type: 'message.updated', message, isErasure: true }, fromConnectionId: '', position: at(6) });
    expect(kept.at(0)).toMatchObject({ superseded: true, event: { type: 'message.created', message } });
  });

  test('is in the batch that hides its creation, whatever the size of a batch', () => {
    expect(ring.batchFrom(0, 1)).toHaveLength(5);
    expect(ring.batchFrom(1, 1)).toHaveLength(1);
  });

  test('is written once per batch, as new if the batch contains its first entry', () => {
    const codec = { encode: (event: RoomEvent) => (isChangeOf(event) ? `${event.type} ${event.message.content}` : '') };
    expect(new EventBatch(ring.batchFrom(0, 64), { offset: 0, position: at(0) }).texts(codec)).toEqual([
      null,
      'message.created hello',
      '',
      null,
      'message.created edited again',
    ]);
    expect(new EventBatch(ring.batchFrom(1, 64), { offset: 1, position: at(1) }).texts(codec)).toEqual([
      'message.created hello',
      '',
      null,
      'message.updated edited again',
    ]);
  });
});

const isChangeOf = (event: RoomEvent): event is ChangeEvent =>
  event.type === 'message.created' || event.type === 'message.updated';
