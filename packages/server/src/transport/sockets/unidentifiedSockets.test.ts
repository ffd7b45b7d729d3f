import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { UnidentifiedSockets } from './unidentifiedSockets.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A socket that records how it is closed. */
function fakeSocket() {
  const socket = Object.assign(new EventEmitter(), { close: vi.fn(), terminate: vi.fn() });
  return socket as typeof socket & WebSocket;
}

function setUp(isBounded = true) {
  const report = vi.fn();
  return { report, unidentified: new UnidentifiedSockets({ isBounded, report }) };
}

test('the 33rd socket of an address closes the oldest, which is terminated if it does not answer', () => {
  const { report, unidentified } = setUp();
  const sockets = Array.from({ length: 32 }, fakeSocket);
  for (const socket of sockets) unidentified.add('a', socket);
  unidentified.add('b', fakeSocket());
  for (const { close } of sockets) expect(close).not.toHaveBeenCalled();
  unidentified.add('a', fakeSocket());
  expect(sockets.map(({ close }) => close.mock.calls.length)).toEqual([1, ...Array(31).fill(0)]);
  expect(sockets[0]?.close).toHaveBeenCalledWith(4412, expect.stringMatching(/did not authenticate/));
  expect(report).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1_000);
  expect(sockets[0]?.terminate).toHaveBeenCalledTimes(1);
});

test('a socket that identifies itself or closes no longer counts', () => {
  const { unidentified } = setUp();
  const sockets = Array.from({ length: 32 }, fakeSocket);
  const identified = sockets.map((socket) => unidentified.add('a', socket));
  identified[0]?.();
  identified[0]?.();
  sockets[1]?.emit('close');
  for (let i = 0; i < 2; i += 1) unidentified.add('a', fakeSocket());
  for (const { close } of sockets) expect(close).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10 * 60_000);
  expect(sockets.map(({ close }) => close.mock.calls.length)).toEqual([0, 0, ...Array(30).fill(1)]);
});

test('an unidentified socket is closed after five minutes', () => {
  const { unidentified } = setUp();
  const socket = fakeSocket();
  unidentified.add('a', socket);
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect(socket.close).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(socket.close).toHaveBeenCalledTimes(1);
});

test('without a limit no socket is closed or stored', () => {
  const { unidentified } = setUp(false);
  const sockets = Array.from({ length: 100 }, fakeSocket);
  for (const socket of sockets) unidentified.add('a', socket);
  vi.advanceTimersByTime(10 * 60_000);
  for (const socket of sockets) {
    expect(socket.close).not.toHaveBeenCalled();
    expect(socket.listenerCount('close')).toBe(0);
  }
});
