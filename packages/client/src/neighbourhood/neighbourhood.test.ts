import type { Location, Message, NeighbourhoodEvent } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testMessage, testRoom } from '../../../shared/src/testMessages.ts';
import { InterruptibleDelays } from '../connection/interruptibleDelays.ts';
import { testSubscriptions } from '../connection/testSubscriptions.ts';
import { Neighbourhood } from './neighbourhood.ts';

const day = 24 * 60 * 60_000;

/** Metres north of the start. */
const at = (metres: number): Location => ({ latitude: 50 + metres / 111_195, longitude: 10 });
const created = (seq: number): Message => testMessage(seq);
const event = (message: Message): NeighbourhoodEvent => ({
  type: 'event',
  roomId: testRoom.id,
  event: { type: 'message.created', message },
});

/** A neighbourhood. The test acts as the server. */
function setUp() {
  const { trpc, inputs, open, stream } = testSubscriptions();
  const closed = new AbortController();
  const received: string[] = [];
  const retry = {
    backoff: { baseMs: 1_000, capMs: 15_000 },
    random: () => 1,
    delays: new InterruptibleDelays(),
    signal: closed.signal,
  };
  const onEvent = ({ type }: NeighbourhoodEvent) => received.push(type);
  const neighbourhood = new Neighbourhood(at(0), { onEvent }, { trpc, retry });
  return {
    neighbourhood,
    inputs,
    closed,
    received,
    open,
    send: (id: string, data: NeighbourhoodEvent | { type: 'unknown' }) =>
      stream()?.next({ result: { type: 'data', id, data: { id, data } } }),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a walker subscribes again at most once a minute, after moves of half a kilometre, from the last event', async () => {
  const { neighbourhood, inputs, send, open } = setUp();
  send('id-1', { type: 'ready' });
  for (let second = 1; second <= 180; second += 1) {
    neighbourhood.moveTo(at(second * 20));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(inputs).toHaveLength(1 + 3);
  expect(inputs[1]).toEqual({ location: at(60 * 20), lastEventId: 'id-1' });
  expect(open()).toBe(1);
});

test('positions that flicker by less than half a kilometre subscribe once', async () => {
  const { neighbourhood, inputs } = setUp();
  for (let second = 1; second <= 180; second += 1) {
    neighbourhood.moveTo(at(second % 2 ? 400 : -400));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(inputs).toEqual([{ location: at(0) }]);
});

test('a walker who has returned within the minute keeps the subscription', async () => {
  const { neighbourhood, inputs } = setUp();
  neighbourhood.moveTo(at(2_000));
  neighbourhood.moveTo(at(100));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(inputs).toHaveLength(1);
});

test('the state has the rooms in reach and their messages in order; a repeated event changes nothing', () => {
  const { neighbourhood, received, send } = setUp();
  send('1', { type: 'room.entered', room: testRoom, messages: [created(1), created(2)], reset: false });
  send('2', { type: 'ready' });
  send('3', event(created(3)));
  send('4', event(created(3)));
  send('5', event(created(2)));
  expect(received).toEqual(['room.entered', 'ready', 'event']);
  const { rooms, messages, status } = neighbourhood.state.get();
  expect(status).toBe('live');
  expect(rooms).toEqual([testRoom]);
  expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('a room that is entered again replaces its messages, and one that is left takes them along', () => {
  const { neighbourhood, send } = setUp();
  send('1', { type: 'room.entered', room: testRoom, messages: [created(1), created(2)], reset: false });
  send('2', { type: 'room.entered', room: testRoom, messages: [created(1)], reset: true });
  expect(neighbourhood.state.get().messages.map(({ seq }) => seq)).toEqual([1]);
  send('3', event(created(2)));
  expect(neighbourhood.state.get().messages.map(({ seq }) => seq)).toEqual([1, 2]);
  send('4', { type: 'room.left', roomId: testRoom.id });
  expect(neighbourhood.state.get()).toMatchObject({ rooms: [], messages: [] });
});

test('a new title changes the room once; an event of an unknown type changes nothing, but is where the client resumes', () => {
  const { neighbourhood, received, inputs, send } = setUp();
  const titled = (name: string, updatedSeq: number): NeighbourhoodEvent => ({
    ...{ type: 'room.described', roomId: testRoom.id, updatedSeq },
    ...{ name, title: name, topic: null },
  });
  send('1', { type: 'room.entered', room: testRoom, messages: [created(1)], reset: false });
  send('2', titled('Club', 2));
  send('3', titled('Chess', 3));
  send('4', titled('Club', 2));
  expect(received).toEqual(['room.entered', 'room.described', 'room.described']);
  const state = neighbourhood.state.get();
  expect(state.rooms).toMatchObject([{ name: 'Chess', title: 'Chess' }]);
  send('5', { type: 'unknown' });
  expect(neighbourhood.state.get()).toEqual(state);
  neighbourhood.moveTo(at(2_000));
  vi.advanceTimersByTime(60_000);
  expect(inputs.at(-1)).toMatchObject({ lastEventId: '5' });
});

test('an edit and a reaction change the message', () => {
  const { neighbourhood, send } = setUp();
  send('1', { type: 'room.entered', room: testRoom, messages: [created(1)], reset: false });
  const edited = { ...created(1), content: 'edited', updatedSeq: 2 };
  send('2', { type: 'event', roomId: testRoom.id, event: { type: 'message.updated', message: edited } });
  const reaction = { emoji: '\u{1f44d}', count: 1, userIds: ['eve'] };
  send('3', {
    type: 'event',
    roomId: testRoom.id,
    event: {
      type: 'reaction.changed',
      messageId: edited.id,
      seq: 1,
      updatedSeq: 3,
      updatedAt: new Date(),
      userId: 'eve',
      on: true,
      reaction,
    },
  });
  expect(neighbourhood.state.get().messages).toMatchObject([{ content: 'edited', reactions: [reaction] }]);
});

test('a closed neighbourhood is unsubscribed and stays so; closing the client closes it', async () => {
  const { neighbourhood, inputs, closed, open } = setUp();
  closed.abort();
  expect(neighbourhood.state.get().status).toBe('stopped');
  expect(open()).toBe(0);
  neighbourhood.moveTo(at(5_000));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(inputs).toHaveLength(1);
});

test('messages disappear when they expire in their room, and others stay', () => {
  vi.setSystemTime(100 * day);
  const { neighbourhood, send } = setUp();
  const onChange = vi.fn();
  neighbourhood.state.subscribe(onChange);
  const said = (seq: number, roomId: string, at: number) => testMessage(seq, { roomId, timestamp: new Date(at * day) });
  const entered = (id: string, ttlDays: number | null, ...messages: Message[]): NeighbourhoodEvent => {
    return {
      type: 'room.entered',
      room: { ...testRoom, id, messageTtlMs: ttlDays && ttlDays * day },
      messages,
      reset: false,
    };
  };
  send('1', entered('brief', 1, said(1, 'brief', 99.5), said(2, 'brief', 99.9)));
  send('2', entered('kept', null, said(1, 'kept', 50)));
  send('3', entered('long', 60, said(1, 'long', 41)));
  const shown = () => neighbourhood.state.get().messages.map(({ roomId, seq }) => `${roomId} ${seq}`);
  expect(shown()).toEqual(['long 1', 'kept 1', 'brief 1', 'brief 2']);
  const { length: calls } = onChange.mock.calls;
  vi.advanceTimersByTime(0.5 * day + 1);
  expect(shown()).toEqual(['long 1', 'kept 1', 'brief 2']);
  expect(onChange.mock.calls).toHaveLength(calls + 1);
  vi.advanceTimersByTime(day);
  expect(shown()).toEqual(['kept 1']);
  neighbourhood.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('a clock that is ahead of the server’s hides nothing that the server has just returned', () => {
  vi.setSystemTime(100 * day);
  const { neighbourhood, send } = setUp();
  const room = { ...testRoom, messageTtlMs: day };
  const message = testMessage(1, { timestamp: new Date(90 * day) });
  send('1', { type: 'room.entered', room, messages: [message], reset: false });
  expect(neighbourhood.state.get().messages).toEqual([message]);
  vi.advanceTimersByTime(2);
  expect(neighbourhood.state.get().messages).toEqual([]);
});
