// @vitest-environment jsdom
import { EarshotClientError } from '@earshot/client';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { en } from '../../text/en.ts';
import { testPending } from '../testPending.ts';
import { SendDelay } from './SendDelay.tsx';

const { room: text } = en;
const advance = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const statusText = () => screen.getByRole('status').textContent;
const visibleText = () => screen.queryByText(/\w/, { ignore: '.visually-hidden' })?.textContent;

const waiting = testPending('next');
const delayed = (code: 'RATE_LIMITED' | 'STORE_UNAVAILABLE', retryAfterMs?: number) =>
  testPending('first', { delay: new EarshotClientError(code, { retryAfterMs }) });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('shows the rate limit, the number of waiting messages and the delay, until they are sent', () => {
  const limited = delayed('RATE_LIMITED', 8_000);
  const { rerender } = render(<SendDelay pending={[limited, waiting, waiting]} />);
  expect(statusText()).toBe(text.rateLimited);
  expect(visibleText()).toBe(`${text.rateLimited} ${text.waiting(3, 8)}`);
  advance(3_000);
  expect(visibleText()).toBe(`${text.rateLimited} ${text.waiting(3, 5)}`);
  advance(5_000);
  rerender(<SendDelay pending={[waiting, waiting]} />);
  expect(visibleText()).toBe(`${text.rateLimited} ${text.waiting(2, 0)}`);
  rerender(<SendDelay pending={[]} />);
  expect([statusText(), visibleText()]).toEqual(['', undefined]);
});

test('shows nothing for messages that wait for the connection or were sent after all', () => {
  const { rerender } = render(<SendDelay pending={[waiting]} />);
  advance(60_000);
  expect(statusText()).toBe('');
  rerender(<SendDelay pending={[delayed('STORE_UNAVAILABLE'), waiting]} />);
  advance(1);
  expect([statusText(), visibleText()?.trim()]).toEqual([text.serverBusy, text.serverBusy]);
  rerender(<SendDelay pending={[waiting]} />);
  advance(1_000);
  expect(statusText()).toBe('');
});
