import { expect, test } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import type { TimelineAction } from './roomTimeline.ts';
import { play, snapshot } from './testTimeline.ts';

const seqs = (timeline: ReturnType<typeof play>) => timeline.messages.map(({ seq }) => seq);
const older = (
  before: number,
  page: { messages: ReturnType<typeof testMessage>[]; hasMore: boolean; next?: number },
): TimelineAction => ({
  ...{ type: 'olderLoaded', epoch: 0, before, page },
});

test('pages whose messages are hidden from the user continue at `next`, and end at the first message', () => {
  const start = play([snapshot([testMessage(90), testMessage(95)], 100)]);
  expect([seqs(start), start.hasOlder]).toEqual([[90, 95], true]);
  const nothing = play([older(90, { messages: [], hasMore: true, next: 40 })], start);
  expect([seqs(nothing), nothing.hasOlder, nothing.log.from]).toEqual([[90, 95], true, 40]);
  const some = play([older(40, { messages: [testMessage(35)], hasMore: true, next: 20 })], nothing);
  expect([seqs(some), some.log.from]).toEqual([[35, 90, 95], 20]);
  const last = play([older(20, { messages: [], hasMore: false })], some);
  expect([seqs(last), last.hasOlder]).toEqual([[35, 90, 95], false]);
});

test('a start without a visible message has older ones', () => {
  const start = play([snapshot([], 100)]);
  expect([seqs(start), start.hasOlder, start.log.from]).toEqual([[], true, 101]);
});
