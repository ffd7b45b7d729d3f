import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { Sequencer } from './sequencer.ts';

let delivered: string[];
let sequencer: Sequencer<string>;
const offer = (seq: number) => sequencer.offer(seq, `b${seq}`);
const fill = (...seqs: number[]) => {
  for (const seq of seqs) sequencer.fillGap(seq, `s${seq}`);
};

beforeEach(() => {
  delivered = [];
  sequencer = new Sequencer(4, (item) => delivered.push(item));
});

test('the next change is delivered, an earlier one is a duplicate, a later one is held', () => {
  sequencer.start(10);
  expect([offer(11), offer(11), offer(10), offer(13), offer(13)]).toEqual([
    'delivered',
    'duplicate',
    'duplicate',
    'held',
    'duplicate',
  ]);
  expect(delivered).toEqual(['b11']);
  expect(sequencer).toMatchObject({ headSeq: 11, highestKnown: 13, hasGap: true, pendingCount: 1 });
});

test('the missing change releases the held ones', () => {
  sequencer.start(0);
  for (const seq of [4, 2, 3, 6, 1]) offer(seq);
  expect(delivered).toEqual(['b1', 'b2', 'b3', 'b4']);
  expect(sequencer).toMatchObject({ hasGap: true, pendingCount: 1 });
  offer(5);
  expect(sequencer).toMatchObject({ headSeq: 6, hasGap: false, pendingCount: 0 });
});

test('everything waits for the start', () => {
  for (const seq of [1, 7, 8, 9]) expect(offer(seq)).toBe('held');
  expect(sequencer.hasGap).toBe(false);
  sequencer.start(7);
  expect(delivered).toEqual(['b8', 'b9']);
  expect(sequencer).toMatchObject({ headSeq: 9, pendingCount: 0, hasGap: false });
});

test('the start returns the held changes up to its number, in the order in which they came', () => {
  for (const seq of [9, 6, 7, 8]) offer(seq);
  expect(sequencer.start(7)).toEqual(['b6', 'b7']);
  expect(delivered).toEqual(['b8', 'b9']);
});

test('a change before the start with a gap before it leaves the sequencer behind', () => {
  offer(9);
  sequencer.start(7);
  expect(sequencer).toMatchObject({ hasGap: true, pendingCount: 1 });
});

test('an observed position reveals a gap with nothing after it', () => {
  sequencer.start(3);
  sequencer.noteKnown(2);
  expect(sequencer.hasGap).toBe(false);
  sequencer.noteKnown(5);
  expect(sequencer).toMatchObject({ hasGap: true, pendingCount: 0 });
  fill(4, 5);
  sequencer.endFill(5);
  expect(sequencer.hasGap).toBe(false);
});

test('the store may skip numbers', () => {
  sequencer.start(0);
  offer(5);
  fill(2, 4, 5);
  sequencer.endFill(5);
  offer(6);
  expect(delivered).toEqual(['s2', 's4', 's5', 'b6']);
});

test('changes from the source during a fill are not delivered twice', () => {
  sequencer.start(0);
  offer(2);
  offer(1);
  expect(sequencer.fillGap(1, 's1')).toBe(false);
  expect(sequencer.fillGap(2, 's2')).toBe(false);
  expect(sequencer.fillGap(3, 's3')).toBe(true);
  expect(delivered).toEqual(['b1', 'b2', 's3']);
});

test('nothing else is delivered between two pages of the store', () => {
  sequencer.start(0);
  offer(9);
  fill(1, 2);
  expect(offer(3)).toBe('held');
  fill(4, 9);
  expect(offer(10)).toBe('held');
  sequencer.endFill(9);
  expect(delivered).toEqual(['s1', 's2', 's4', 's9', 'b10']);
  expect(sequencer.pendingCount).toBe(0);
});

test('changes that the store was asked for and does not have are forgotten', () => {
  sequencer.start(0);
  offer(1_000_000);
  sequencer.endFill(sequencer.highestKnown);
  expect(sequencer).toMatchObject({ hasGap: false, pendingCount: 0, highestKnown: 0 });
  expect(offer(1)).toBe('delivered');
});

test('changes that arrived after the store was asked are waited for', () => {
  sequencer.start(0);
  offer(3);
  const asked = sequencer.highestKnown;
  offer(6);
  fill(1, 2, 3, 4);
  sequencer.endFill(asked);
  expect(sequencer).toMatchObject({ headSeq: 4, hasGap: true, pendingCount: 1 });
  offer(5);
  expect(delivered.slice(-2)).toEqual(['b5', 'b6']);
});

test('the number of held changes is bounded; the rest is left to the store', () => {
  sequencer.start(0);
  for (const seq of [3, 4, 5, 6, 7, 8]) offer(seq);
  expect(sequencer).toMatchObject({ pendingCount: 4, highestKnown: 8 });
  offer(2);
  offer(1);
  expect(sequencer).toMatchObject({ hasGap: true, headSeq: 1 });
  fill(2, 3, 4, 5, 6, 7, 8);
  sequencer.endFill(8);
  expect(sequencer).toMatchObject({ headSeq: 8, hasGap: false, pendingCount: 0 });
});

test('any order, any repeats, any losses: each number at most once, ascending, and all of them after a fill', () => {
  const offers = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 });
  const gone = fc.uniqueArray(fc.integer({ min: 1, max: 29 }));
  fc.assert(
    fc.property(offers, gone, fc.nat(30), fc.nat(80), fc.nat(5), (numbers, superseded, start, askAt, capacity) => {
      const order: number[] = [];
      const one = new Sequencer<number>(capacity, (seq) => order.push(seq));
      const ask = () => {
        const asked = one.highestKnown;
        for (let seq = one.headSeq + 1; seq <= 30; seq += 1) if (!superseded.includes(seq)) one.fillGap(seq, seq);
        one.endFill(asked);
      };
      one.start(start);
      for (const [index, seq] of numbers.entries()) {
        if (index === askAt) ask();
        one.offer(seq, seq);
      }
      expect(one.pendingCount).toBeLessThanOrEqual(capacity);
      ask();
      const expected = Array.from({ length: 30 - start }, (_, index) => start + 1 + index);
      expect(order.every((seq, index) => seq > (order[index - 1] ?? start))).toBe(true);
      expect(expected.filter((seq) => !superseded.includes(seq) && !order.includes(seq))).toEqual([]);
      expect(one).toMatchObject({ headSeq: 30, hasGap: false, pendingCount: 0 });
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 1_000 },
  );
});

test('is complete when no change is known to be missing and no fill is in progress', () => {
  expect(sequencer.isComplete).toBe(false);
  sequencer.start(1);
  expect(sequencer.isComplete).toBe(true);
  offer(3);
  expect(sequencer.isComplete).toBe(false);
  fill(2, 3, 5);
  // A later page may contain a message that an earlier one lacked.
  expect(sequencer).toMatchObject({ highestKnown: 5, headSeq: 5, isComplete: false });
  sequencer.endFill(3);
  expect(sequencer.isComplete).toBe(true);
});
