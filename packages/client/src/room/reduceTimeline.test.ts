import type { HistoryPage, Message, RoomEvent } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testMessage, testRoom } from '../../../shared/src/testMessages.ts';
import { EarshotClientError } from '../errors.ts';
import { reduceTimeline } from './reduceTimeline.ts';
import type { RoomTimeline, TimelineAction } from './roomTimeline.ts';
import { play } from './testTimeline.ts';

const created = (m: Message): TimelineAction => received({ type: 'message.created', message: m }, m.updatedSeq);
const updated = (m: Message): TimelineAction => received({ type: 'message.updated', message: m }, m.updatedSeq);
const snapshot = (messages: Message[], seq: number) =>
  received({ type: 'snapshot', room: testRoom, messages, userCount: 1 }, seq);
const reset = (messages: Message[], seq: number) =>
  received({ type: 'reset', room: testRoom, messages, userCount: 1 }, seq, 6);
const sent = (clientMessageId: string, userId: string | null = 'ada'): TimelineAction => ({
  type: 'sent',
  message: { clientMessageId, userId, content: 'hello', sentAt: new Date(0) },
});

function received(event: RoomEvent, seq: number, time = 5): TimelineAction {
  return { type: 'received', event, id: `${seq}-${time}` };
}

const seqs = (state: RoomTimeline) => state.messages.map(({ seq }) => seq);

describe('messages', () => {
  test('are in the order of seq, each once, for any order of events', () => {
    const state = play([
      snapshot([testMessage(1)], 1),
      created(testMessage(3)),
      created(testMessage(2)),
      created(testMessage(3)),
    ]);
    expect(seqs(state)).toEqual([1, 2, 3]);
    expect(state.position).toBe(3);
  });

  test('keep the later of two versions', () => {
    const edited = testMessage(1, { updatedSeq: 3, content: 'later' });
    const state = play([snapshot([testMessage(1)], 1), updated(edited), updated(testMessage(1, { updatedSeq: 2 }))]);
    expect(state.messages).toEqual([edited]);
  });

  test('keep the later of two histories, when a late response is from before a restored backup', () => {
    const lost = testMessage(6, { id: 'f'.repeat(24), timestamp: new Date(6_000) });
    const there = testMessage(6, { timestamp: new Date(9_000) });
    const late = play([snapshot([], 0), reset([testMessage(5)], 5), { type: 'answered', message: lost }]);
    expect(play([created(there), { type: 'answered', message: lost }], late).messages).toEqual([testMessage(5), there]);
  });

  test('a repeated event changes nothing at all', () => {
    const state = play([snapshot([testMessage(1)], 1), created(testMessage(2))]);
    expect(reduceTimeline(state, created(testMessage(2)))).toBe(state);
  });

  test('an event keeps the identity of the parts it does not change', () => {
    const before = play([snapshot([testMessage(1), testMessage(2)], 2), sent('a')]);
    const after = reduceTimeline(before, received({ type: 'presence', userCount: 7 }, 2));
    expect(after.userCount).toBe(7);
    expect(after.messages).toBe(before.messages);
    expect(after.pending).toBe(before.pending);
    const edited = reduceTimeline(before, updated(testMessage(2, { updatedSeq: 3 })));
    expect(edited.messages[0]).toBe(before.messages[0]);
  });

  test('any order and repetition of a set of events ends in the same state', () => {
    const versions = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 5 })), { maxLength: 30 })
      .map((pairs) => [
        snapshot(
          [5, 6, 7].map((seq) => testMessage(seq)),
          7,
        ),
        ...pairs.map(([seq, age]) => updated(testMessage(seq, { updatedSeq: seq + age, content: `${seq + age}` }))),
      ]);
    const shuffled = versions.chain((actions) =>
      fc.tuple(
        fc.constant(actions),
        fc.shuffledSubarray(actions, { minLength: actions.length }),
        fc.array(fc.constantFrom(...actions)),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([actions, shuffle, repeats]) => {
        const visibleState = ({ log: { outside, ...log }, ...state }: RoomTimeline) => ({ ...state, ...log, outside });
        expect(visibleState(play([...shuffle, ...repeats]))).toEqual(visibleState(play(actions)));
      }),
    );
  });
});

describe('older pages', () => {
  const start = snapshot([testMessage(11), testMessage(12)], 12);
  const page = (messages: Message[], hasMore: boolean, before = 11): TimelineAction => ({
    type: 'olderLoaded',
    epoch: 0,
    before,
    page: { messages, hasMore },
  });

  test('are added before the messages, until there are none', () => {
    const first = play([start, page([testMessage(9), testMessage(10)], true)]);
    expect(seqs(first)).toEqual([9, 10, 11, 12]);
    expect(first.hasOlder).toBe(true);
    const last = play([page([testMessage(1)], false, 9)], first);
    expect(seqs(last)).toEqual([1, 9, 10, 11, 12]);
    expect(last.hasOlder).toBe(false);
  });

  test('a room shown from its first message has no older ones, an unseen history has', () => {
    expect(play([snapshot([testMessage(1)], 1)]).hasOlder).toBe(false);
    expect(play([snapshot([], 0)]).hasOlder).toBe(false);
    expect(play([snapshot([], 12)]).hasOlder).toBe(true);
  });

  test('a change of a message that is not loaded shows no gap, and is applied to an older page', () => {
    const edited = testMessage(10, { updatedSeq: 13, content: 'edited' });
    const changed = play([start, updated(edited)]);
    expect(seqs(changed)).toEqual([11, 12]);
    const loaded = play([page([testMessage(9), testMessage(10)], true)], changed);
    expect(loaded.messages[1]).toEqual(edited);
  });

  test('requested before a reset are ignored', () => {
    const state = play([start, reset([testMessage(30)], 30), page([testMessage(10)], true)]);
    expect(seqs(state)).toEqual([30]);
  });

  test('requested before a reset are ignored even if they adjoin the messages', () => {
    const state = play([start, reset([testMessage(11)], 11), page([testMessage(10)], true)]);
    expect(seqs(state)).toEqual([11]);
    const nothing: HistoryPage = { messages: [], hasMore: false };
    const newer: TimelineAction = { type: 'newerLoaded', epoch: 0, after: 11, asOf: 12, page: nothing };
    const trimmed = play(
      [reset([testMessage(11), testMessage(12)], 12), { type: 'newestTrimmed', keep: 1 }],
      play([start]),
    );
    expect(reduceTimeline(trimmed, newer)).toBe(trimmed);
    const { log } = play([start, { type: 'newestTrimmed', keep: 1 }]);
    const newest: TimelineAction = { type: 'newestLoaded', log, asOf: 12, page: nothing };
    expect(reduceTimeline(trimmed, newest)).toBe(trimmed);
  });

  test('are dropped by a reset, whose position may be lower', () => {
    const state = play([start, page([testMessage(9)], true), reset([testMessage(5, { content: 'restored' })], 6)]);
    expect(seqs(state)).toEqual([5]);
    expect([state.position, state.lastEventId]).toEqual([6, '6-6']);
  });
});

describe('a room after a restored backup', () => {
  test('shows no lost messages, and all messages with their numbers', () => {
    const lost = [6, 7, 8].map((seq) => testMessage(seq, { id: `lost ${seq}` }));
    const seen = play([snapshot([testMessage(5)], 5), ...lost.map(created)]);
    const back = play([reset([testMessage(5)], 5)], seen);
    expect([seqs(back), back.lastEventId]).toEqual([[5], '5-6']);
    const next = [6, 7].map((seq) => testMessage(seq, { id: `new ${seq}` }));
    const state = play(
      next.map((m) => received({ type: 'message.created', message: m }, m.seq, 7)),
      back,
    );
    expect(state.messages.map(({ id }) => id)).toEqual([testMessage(5).id, 'new 6', 'new 7']);
    expect([state.position, state.lastEventId]).toEqual([7, '7-7']);
  });

  test('is resumed from the server’s id in any form', () => {
    const former = play([{ type: 'received', event: { type: 'presence', userCount: 1 }, id: '17' }]);
    expect([former.position, former.lastEventId]).toEqual([17, '17']);
  });
});

describe('a sent message', () => {
  const mine = (seq: number, clientMessageId: string) => testMessage(seq, { clientMessageId });

  test('is pending until the room shows it', () => {
    const before = play([snapshot([], 0), sent('a'), sent('b')]);
    expect(before.pending.map(({ clientMessageId, status }) => [clientMessageId, status])).toEqual([
      ['a', 'pending'],
      ['b', 'pending'],
    ]);
    const after = play([created(mine(1, 'a'))], before);
    expect(after.pending.map(({ clientMessageId }) => clientMessageId)).toEqual(['b']);
  });

  test.each<[string, TimelineAction]>([
    ['an event', created(mine(1, 'a'))],
    ['the answer', { type: 'answered', message: mine(1, 'a') }],
    ['a snapshot', snapshot([mine(1, 'a')], 1)],
    ['a reset', reset([mine(1, 'a')], 1)],
  ])('is settled by %s', (_by, action) => {
    const state = play([sent('a'), action]);
    expect(state.pending).toEqual([]);
    expect(play([snapshot([], 0), action], state).messages).toHaveLength(1);
  });

  test('survives snapshot and reset', () => {
    const state = play([sent('a'), snapshot([testMessage(1)], 1), reset([testMessage(9)], 9)]);
    expect(state.pending).toHaveLength(1);
  });

  test("is not settled by another user's message under the same id", () => {
    const state = play([snapshot([], 0), sent('a'), created(testMessage(1, { userId: 'eve', clientMessageId: 'a' }))]);
    expect(state.pending).toHaveLength(1);
  });

  test('fails, is retried, is dropped', () => {
    const error = new EarshotClientError('MESSAGE_TOO_LONG');
    const failed = play([sent('a'), { type: 'failed', clientMessageId: 'a', error }]);
    expect(failed.pending).toMatchObject([{ status: 'failed', error }]);
    const retried = play([{ type: 'retried', clientMessageId: 'a' }], failed);
    expect(retried.pending).toMatchObject([{ status: 'pending', error: null, delay: null }]);
    expect(play([{ type: 'dropped', clientMessageId: 'a' }], failed).pending).toEqual([]);
  });

  test('a failure after the message itself changes nothing', () => {
    const settled = play([sent('a'), snapshot([mine(1, 'a')], 1)]);
    const error = new EarshotClientError('CONNECTION_LOST');
    expect(reduceTimeline(settled, { type: 'failed', clientMessageId: 'a', error })).toBe(settled);
  });

  test('a response does not move the position, because earlier changes may not have arrived', () => {
    const state = play([snapshot([testMessage(1)], 1), { type: 'answered', message: mine(9, 'a') }]);
    expect(state.position).toBe(1);
    expect(seqs(play([created(testMessage(5))], state))).toEqual([1, 5, 9]);
  });
});

describe('typing', () => {
  const user = { userId: 'bob', username: 'Bob' };
  const typing = (isTyping: boolean) => received({ type: 'typing', user, isTyping }, 0);

  test.each<[string, TimelineAction]>([
    ['its end', typing(false)],
    ['a message', created(testMessage(1, { userId: 'bob' }))],
    ['leaving', received({ type: 'user.left', user, userCount: 0 }, 0)],
    ['silence', { type: 'typingEnded', userId: 'bob' }],
  ])('ends with %s', (_with, action) => {
    const during = play([typing(true), typing(true)]);
    expect(during.typing).toEqual([user]);
    expect(reduceTimeline(during, action).typing).toEqual([]);
  });
});

describe('the title and topic', () => {
  const described = (title: string | null, topic: string | null, seq: number) =>
    received({ type: 'room.described', name: title ?? 'Room', title, topic }, seq);

  test('are those of the latest change or snapshot', () => {
    const first = play([snapshot([testMessage(1)], 1), described('Club', null, 2)]);
    expect(first.room).toEqual({ ...testRoom, name: 'Club', title: 'Club' });
    expect([first.position, seqs(first)]).toEqual([2, [1]]);
    const last = play([described(null, 'Chess', 3), described('Club', null, 2)], first);
    expect(last.room).toEqual({ ...testRoom, topic: 'Chess' });
    expect(play([reset([], 4)], last).room).toEqual(testRoom);
    expect(play([described('Club', null, 1)]).room).toBeNull();
  });
});
