import { expect, test } from 'vitest';
import { Replay, toWatcherEvent } from './replay.ts';
import { ModelStore } from './testModel.ts';

const { message } = new ModelStore().append('room');
const at = (seq: number, updatedSeq: number) => ({ ...message, seq, updatedSeq });

test('a message after the known position is new, whatever changes followed', () => {
  const replay = new Replay(5);
  expect(replay.event(at(6, 6)).type).toBe('message.created');
  expect(replay.event(at(7, 12)).type).toBe('message.created');
  expect(replay.event(at(5, 13)).type).toBe('message.updated');
  expect(replay.event(at(1, 14)).type).toBe('message.updated');
});

test('a message that changes between two pages is new once', () => {
  const replay = new Replay(0);
  expect(replay.event(at(1, 1)).type).toBe('message.created');
  expect(replay.event(at(1, 9)).type).toBe('message.updated');
});

test('a message that the feed saw late is not new to a reader that knows it', () => {
  const event = { type: 'message.created', message: at(6, 9) } as const;
  expect(toWatcherEvent(event, 5)).toBe(event);
  expect(toWatcherEvent(event, 6)).toEqual({ type: 'message.updated', message: event.message });
});
