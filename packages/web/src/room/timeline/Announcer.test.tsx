// @vitest-environment jsdom
import type { Message } from '@earshot/client';
import { act, cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testMessage } from '../../../../shared/src/testMessages.ts';
import { en } from '../../text/en.ts';
import { Announcer } from './Announcer.tsx';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const upTo = (newest: number, from = 1) =>
  Array.from({ length: newest - from + 1 }, (_, index) => testMessage(from + index));

function announce(first: Message[], fromStart = false) {
  const announcer = (messages: Message[], hasNewer = false) => (
    <Announcer messages={messages} hasNewer={hasNewer} userId="me" fromStart={fromStart} />
  );
  const { container, rerender } = render(announcer(first));
  return {
    show: (messages: Message[], hasNewer?: boolean) => rerender(announcer(messages, hasNewer)),
    after: (ms: number) => act(() => vi.advanceTimersByTime(ms)),
    announcement: () => container.textContent,
  };
}

test('history is not announced, neither at first nor when older pages are loaded', () => {
  const { show, after, announcement } = announce([]);
  show(upTo(20, 11));
  after(5_000);
  show(upTo(20));
  after(5_000);
  expect(announcement()).toBe('');
});

test('messages of others are announced at most once a second; the user’s own are not', () => {
  const { show, after, announcement } = announce(upTo(2));
  show(upTo(3));
  after(600);
  show([...upTo(3), testMessage(4, { userId: 'me' })]);
  after(400);
  expect(announcement()).toBe(en.room.announced('Ada', 'message 3'));
  show([...upTo(3), testMessage(4, { userId: 'me' }), testMessage(5)]);
  after(1_000);
  expect(announcement()).toBe(en.room.announced('Ada', 'message 5'));
});

test('the first message of a room is announced', () => {
  const { show, after, announcement } = announce([], true);
  show(upTo(1));
  after(1_000);
  expect(announcement()).toBe(en.room.announced('Ada', 'message 1'));
});

test('of many messages at once only the number is announced', () => {
  const { show, after, announcement } = announce(upTo(2));
  show(upTo(12));
  after(1_000);
  expect(announcement()).toBe(en.room.newMessages(10));
});

test('after a restored backup only new messages are announced, though their numbers were used before', () => {
  const { show, after, announcement } = announce(upTo(10));
  const restored = upTo(5);
  const afterRestore = (seq: number) =>
    testMessage(seq, { id: `new ${seq}`, timestamp: testMessage(seq + 20).timestamp });
  show([...restored, afterRestore(6)]);
  after(1_000);
  expect(announcement()).toBe(en.room.announced('Ada', 'message 6'));
  show([...restored, afterRestore(6), afterRestore(7), afterRestore(8), afterRestore(9), afterRestore(10)]);
  after(1_000);
  expect(announcement()).toBe(en.room.newMessages(4));
  show([...restored, afterRestore(6)]);
  after(5_000);
  expect(announcement()).toBe(en.room.newMessages(4));
});

test('newest messages that were trimmed are not announced again when they are reloaded', () => {
  const { show, after, announcement } = announce(upTo(10));
  show(upTo(4), true);
  after(5_000);
  show(upTo(8), true);
  after(5_000);
  show(upTo(11));
  after(1_000);
  expect(announcement()).toBe(en.room.announced('Ada', 'message 11'));
});
