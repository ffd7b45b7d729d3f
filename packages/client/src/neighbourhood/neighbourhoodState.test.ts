import type { Message, NeighbourhoodEvent } from '@earshot/shared';
import { expect, test } from 'vitest';
import { testMessage, testRoom } from '../../../shared/src/testMessages.ts';
import { emptyNeighbourhood, type NeighbourhoodTimeline, reduceNeighbourhood } from './neighbourhoodState.ts';

const play = (events: readonly NeighbourhoodEvent[], from = emptyNeighbourhood) =>
  events.reduce(reduceNeighbourhood, from);

const entered = (id: string, messages: Message[]): NeighbourhoodEvent => ({
  type: 'room.entered',
  room: { ...testRoom, id },
  messages,
  reset: false,
});
const event = (change: Extract<NeighbourhoodEvent, { type: 'event' }>['event'], roomId = 'a'): NeighbourhoodEvent => ({
  type: 'event',
  roomId,
  event: change,
});
/** A message in a room. Each number is a minute later. */
const said = (roomId: string, minute: number, more: Partial<Message> = {}) => testMessage(minute, { roomId, ...more });
const created = (message: Message) => event({ type: 'message.created', message }, message.roomId);

const roomIds = ({ rooms }: NeighbourhoodTimeline) => rooms.map(({ id }) => id);
const texts = ({ messages }: NeighbourhoodTimeline) => messages.map(({ roomId, content }) => `${roomId}: ${content}`);

test('messages of all rooms are in the order of their times, rooms in the order in which they were entered', () => {
  const state = play([
    entered('b', [said('b', 2), said('b', 5)]),
    entered('a', [said('a', 1), said('a', 4)]),
    { type: 'ready' },
    created(said('b', 6)),
    created(said('a', 3)),
  ]);
  expect(roomIds(state)).toEqual(['b', 'a']);
  expect(texts(state)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${[2, 5, 6].includes(n) ? 'b' : 'a'}: message ${n}`));
});

test('a room that is left disappears with its messages', () => {
  const state = play([entered('a', [said('a', 1)]), entered('b', [said('b', 2)]), { type: 'room.left', roomId: 'a' }]);
  expect([roomIds(state), texts(state)]).toEqual([['b'], ['b: message 2']]);
});

test('a room that is entered again has its messages replaced, and comes last', () => {
  const state = play([entered('a', [said('a', 1)]), entered('b', [said('b', 2)]), entered('a', [said('a', 3)])]);
  expect([roomIds(state), texts(state)]).toEqual([
    ['b', 'a'],
    ['b: message 2', 'a: message 3'],
  ]);
});

test('a change replaces its message alone, and one of an unknown message changes nothing', () => {
  const start = play([entered('a', [said('a', 1), said('a', 2)])]);
  const changed = said('a', 1, { content: 'edited', updatedSeq: 3 });
  const state = play([event({ type: 'message.updated', message: changed })], start);
  expect(state.messages).toEqual([changed, said('a', 2)]);
  expect(play([event({ type: 'message.updated', message: said('a', 9) })], start).messages).toEqual(start.messages);
});

test('a reaction is added to its message alone', () => {
  const reaction = { emoji: '👍', count: 1, userIds: ['bob'] };
  const at = { seq: 1, updatedSeq: 3, updatedAt: new Date(3) };
  const { id: messageId } = said('a', 1);
  const start = play([entered('a', [said('a', 1), said('a', 2)])]);
  const state = play([event({ type: 'reaction.changed', messageId, ...at, userId: 'bob', on: true, reaction })], start);
  expect(state.messages.map(({ reactions }) => reactions)).toEqual([[reaction], []]);
  expect(state.rooms).toEqual(start.rooms);
});

test('a new title and topic change their room alone, in its place', () => {
  const start = play([entered('a', [said('a', 1)]), entered('b', [])]);
  const titled = { name: 'Club', title: 'Club', topic: 'Chess' };
  const described = (roomId: string) => ({ type: 'room.described', roomId, updatedSeq: 2, ...titled }) as const;
  const state = play([described('a')], start);
  expect(state.rooms).toEqual([{ ...testRoom, id: 'a', ...titled }, start.rooms[1]]);
  expect(state.messages).toEqual(start.messages);
  expect(play([described('c')], start)).toEqual(start);
});

test('the newest 500 messages are kept', () => {
  const many = Array.from({ length: 400 }, (_, n) => said('a', n));
  const state = play([entered('a', many), entered('b', [said('b', 400)])]);
  expect(state.messages).toHaveLength(401);
  const later = Array.from({ length: 200 }, (_, n) => created(said('b', 401 + n)));
  const full = play(later, state);
  expect(full.messages).toHaveLength(500);
  expect([full.messages[0]?.seq, full.messages.at(-1)?.seq]).toEqual([101, 600]);
});

test('an event that changes nothing keeps the state, and events do not change earlier states', () => {
  const start = play([entered('a', [said('a', 1)])]);
  const copy = structuredClone(start);
  expect(play([{ type: 'ready' }], start)).toBe(start);
  play([entered('b', [said('b', 0)]), created(said('a', 0)), { type: 'room.left', roomId: 'a' }], start);
  expect(start).toEqual(copy);
});
