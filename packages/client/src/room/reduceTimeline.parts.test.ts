import type { HistoryPage, Message, ReactionEvent, RoomEvent } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { testMessage, testRoom } from '../../../shared/src/testMessages.ts';
import { EarshotClientError } from '../errors.ts';
import { reduceTimeline } from './reduceTimeline.ts';
import { emptyTimeline, type RoomTimeline, type TimelineAction } from './roomTimeline.ts';
import { play } from './testTimeline.ts';

// An action changes its own part of a timeline, and nothing beside it.

const received = (event: RoomEvent, seq: number): TimelineAction => ({ type: 'received', event, id: `${seq}-5` });
const start = (type: 'snapshot' | 'reset', messages: Message[], seq: number) =>
  received({ type, room: testRoom, messages, userCount: 1 }, seq);
const created = (one: Message) => received({ type: 'message.created', message: one }, one.updatedSeq);
const updated = (one: Message) => received({ type: 'message.updated', message: one }, one.updatedSeq);
const messages = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => testMessage(from + at));
const seqs = (state: RoomTimeline) => state.messages.map(({ seq }) => seq);

describe('of two pending messages', () => {
  const sent = (clientMessageId: string, userId: string | null = 'ada'): TimelineAction => ({
    type: 'sent',
    message: { clientMessageId, userId, content: 'hello', sentAt: new Date(0) },
  });
  const error = new EarshotClientError('RATE_LIMITED');
  const both = play([start('snapshot', [], 0), sent('a'), sent('b')]);
  const [a, b] = both.pending;
  const stored = testMessage(1, { clientMessageId: 'b' });

  test('the named one fails', () => {
    const { pending } = play([{ type: 'failed', clientMessageId: 'b', error }], both);
    expect(pending).toEqual([a, { ...b, status: 'failed', error }]);
  });

  test('the named one is delayed, and then waits for the connection alone', () => {
    const delayed = play([{ type: 'delayed', clientMessageId: 'b', error }], both);
    expect(delayed.pending).toEqual([a, { ...b, delay: error }]);
    expect(play([{ type: 'delayed', clientMessageId: 'b', error: null }], delayed).pending).toEqual([a, b]);
  });

  test('the named one is dropped', () => {
    expect(play([{ type: 'dropped', clientMessageId: 'b' }], both).pending).toEqual([a]);
  });

  test.each<[string, TimelineAction]>([
    ['a response', { type: 'answered', message: stored }],
    ['a snapshot, among other messages', start('snapshot', [stored, testMessage(2)], 2)],
  ])('the stored one is settled by %s', (_by, action) => {
    expect(play([action], both).pending).toEqual([a]);
  });

  test('one without a known sender is settled by its id alone', () => {
    expect(play([sent('b', null), created(stored)]).pending).toEqual([]);
  });
});

describe('typing', () => {
  const user = { userId: 'bob', username: 'Bob' };
  const typing = play([start('snapshot', [testMessage(1)], 1), received({ type: 'typing', user, isTyping: true }, 1)]);

  test.each<[string, TimelineAction]>([
    ['an edit', updated(testMessage(1, { userId: 'bob', updatedSeq: 2 }))],
    ['a snapshot', start('snapshot', [testMessage(1)], 1)],
  ])('is not ended by %s', (_by, action) => {
    expect(play([action], typing).typing).toEqual([user]);
  });

  test('of two users is ended for one of them', () => {
    const other = { userId: 'cy', username: 'Cy' };
    const both = play([received({ type: 'typing', user: other, isTyping: true }, 1)], typing);
    expect(both.typing).toEqual([user, other]);
    expect(play([{ type: 'typingEnded', userId: 'bob' }], both).typing).toEqual([other]);
    expect(reduceTimeline(typing, { type: 'typingEnded', userId: 'cy' })).toBe(typing);
  });

  test('is ended by a reset', () => {
    expect(play([start('reset', [testMessage(1)], 1)], typing).typing).toEqual([]);
  });
});

test.each<[RoomEvent]>([
  [{ type: 'user.joined', user: { userId: 'bob', username: 'Bob' }, userCount: 7 }],
  [{ type: 'user.left', user: { userId: 'bob', username: 'Bob' }, userCount: 7 }],
  [{ type: 'presence', userCount: 7 }],
])('%j sets the number of users', (event) => {
  expect(play([start('snapshot', [], 0), received(event, 0)]).userCount).toBe(7);
});

describe('own reactions', () => {
  const { id: messageId } = testMessage(1);
  const loaded = (epoch: number): TimelineAction => ({
    type: 'ownReactionsLoaded',
    epoch,
    answer: { userId: 'ada', reactions: [{ messageId, emojis: ['🎉'] }] },
  });
  const known = play([start('snapshot', [testMessage(1)], 1), loaded(0)]);
  const ownOf = (state: RoomTimeline) => state.ownReactions.get(messageId);
  const reacted = (userId: string): TimelineAction => {
    const reaction = { emoji: '👍', count: 1, userIds: [userId] };
    const change = { messageId, seq: 1, updatedSeq: 2, updatedAt: new Date(2) };
    const event: ReactionEvent = { type: 'reaction.changed', ...change, userId, on: true, reaction };
    return received(event, 2);
  };

  test('are those of the user, and not of others', () => {
    expect(ownOf(play([reacted('bob')], known))).toEqual(['🎉']);
    expect(ownOf(play([reacted('ada')], known))).toEqual(['🎉', '👍']);
  });

  test('are not changed by a response that is no reaction, or that is older than an event', () => {
    const on = { emoji: '👍', on: true };
    const edit: TimelineAction = { type: 'answered', message: testMessage(1, { updatedSeq: 3 }) };
    expect(ownOf(play([edit], known))).toEqual(['🎉']);
    expect(ownOf(play([{ type: 'answered', message: testMessage(1), reacted: on }], known))).toEqual(['🎉']);
  });

  test('of the messages before a reset are ignored', () => {
    const after = play([start('reset', [testMessage(1)], 1)], known);
    expect(reduceTimeline(after, loaded(0))).toBe(after);
    expect(ownOf(play([loaded(1)], after))).toEqual(['🎉']);
  });
});

describe('messages', () => {
  test('of a snapshot extend those that are shown, down to the first', () => {
    const state = play([start('snapshot', messages(1, 10), 10), start('snapshot', messages(8, 12), 12)]);
    expect([seqs(state), state.hasOlder]).toEqual([messages(1, 12).map(({ seq }) => seq), false]);
  });

  test('after an empty snapshot are those after its position', () => {
    const state = play([
      start('snapshot', [], 12),
      updated(testMessage(12, { updatedSeq: 13 })),
      created(testMessage(14)),
    ]);
    expect(seqs(state)).toEqual([14]);
  });

  test('that change while the newest page is loaded keep their change', () => {
    const page: HistoryPage = { messages: messages(4, 10), hasMore: true };
    const requested = play([start('snapshot', messages(1, 10), 10), { type: 'newestTrimmed', keep: 6 }]);
    const edited = [4, 5].map((seq) => testMessage(seq, { updatedSeq: seq + 7, content: 'edited' }));
    const newest: TimelineAction = { type: 'newestLoaded', log: requested.log, asOf: 10, page };
    const state = play([...edited.map(updated), newest], requested);
    expect(state.messages).toEqual([...edited, ...messages(6, 10)]);
    expect(state.log.outside).toEqual([]);
  });

  test('that reach to the newest are not replaced by a page', () => {
    const state = play([start('snapshot', messages(1, 10), 10)]);
    const page: HistoryPage = { messages: messages(8, 10), hasMore: true };
    expect(reduceTimeline(state, { type: 'newestLoaded', log: state.log, asOf: 10, page })).toBe(state);
  });

  test('stay the same where trimming the newest removes none', () => {
    const state = play([start('snapshot', messages(1, 3), 3)]);
    expect(reduceTimeline(state, { type: 'newestTrimmed', keep: 3 })).toBe(state);
    expect(reduceTimeline(emptyTimeline, { type: 'newestTrimmed', keep: 3 })).toBe(emptyTimeline);
  });

  test('outside are the latest, when there are too many to keep', () => {
    const numbers = Array.from({ length: 600 }, (_, at) => 11 + ((at * 7) % 600)); // each once, in another order
    const trimmed = play([start('snapshot', messages(1, 10), 10), { type: 'newestTrimmed', keep: 4 }]);
    const edited = testMessage(11, { updatedSeq: 1_000 });
    const { log } = play([updated(edited), ...numbers.map((seq) => created(testMessage(seq)))], trimmed);
    expect(log.outside).toEqual([edited, ...messages(112, 610)]);
  });
});

test('a sanction that is announced is kept, the latest one', () => {
  const sanction = (kind: 'mute' | 'ban') =>
    ({ kind, scope: { type: 'server' }, reason: 'spam', endsAt: null }) as const;
  const announced = (kind: 'mute' | 'ban') => received({ type: 'sanctioned', ...sanction(kind) }, 1);
  const state = play([start('snapshot', [], 1), announced('mute')]);
  expect(state.sanction).toEqual(sanction('mute'));
  expect(play([announced('ban')], state).sanction).toEqual(sanction('ban'));
});
