// @vitest-environment jsdom
import { type ConnectionState, type EarshotClient, EarshotClientError } from '@earshot/client';
import { EarshotProvider } from '@earshot/client/react';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { en } from '../text/en.ts';
import { Banner } from './Banner.tsx';

/** The part of a client that the banner reads. The test sets it. */
function testClient() {
  const value = <T,>(first: T) => {
    let current = first;
    const listeners = new Set<(value: T) => void>();
    return {
      get: () => current,
      set: (next: T) => {
        current = next;
        for (const listener of listeners) listener(next);
      },
      subscribe: (listener: (value: T) => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
  };
  const connection = value<ConnectionState>({ status: 'connecting', attempt: 0, error: null, retryAt: null });
  const waiting = value(0);
  const retryNow = vi.fn();
  const client: Partial<EarshotClient> = { connection: { ...connection, retryNow }, waiting };
  const show = (change: Partial<ConnectionState>) => act(() => connection.set({ ...connection.get(), ...change }));
  return { client: client as EarshotClient, show, wait: (count: number) => act(() => waiting.set(count)), retryNow };
}

const { connection: text } = en;
const statusText = () => screen.getByRole('status').textContent;
const advance = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function renderBanner() {
  const earshot = testClient();
  render(
    <EarshotProvider client={earshot.client}>
      <Banner />
    </EarshotProvider>,
  );
  return earshot;
}

test('a quick connection is not reported', () => {
  const earshot = renderBanner();
  advance(900);
  expect(statusText()).toBe('');
  earshot.show({ status: 'open' });
  advance(60_000);
  expect(statusText()).toBe('');
});

test('a connection that is lost and quickly restored is not reported', () => {
  const earshot = renderBanner();
  earshot.show({ status: 'open' });
  advance(10_000);
  earshot.show({ status: 'offline', attempt: 1, retryAt: Date.now() + 500 });
  advance(500);
  earshot.show({ status: 'connecting', retryAt: null });
  advance(300);
  earshot.show({ status: 'open' });
  advance(5_000);
  expect(statusText()).toBe('');
});

test('the seconds to the next attempt continue when the clock is set back', () => {
  const earshot = renderBanner();
  advance(1_000);
  earshot.show({ status: 'offline', attempt: 1, retryAt: Date.now() + 8_000 });
  advance(3_000);
  vi.setSystemTime(Date.now() - 3_600_000);
  advance(1_000);
  expect(screen.getByText(text.nextTry(4))).toBeDefined();
});

test('the first connection is not reported as a recovery, even after a long wait', () => {
  const earshot = renderBanner();
  advance(3_000);
  expect(statusText()).toBe(text.connecting);
  earshot.show({ status: 'open' });
  expect(statusText()).toBe('');
});

test('a slow connection is reported, then waiting messages and the next attempt, then the recovery', () => {
  const earshot = renderBanner();
  advance(1_000);
  expect(statusText()).toBe(text.connecting);
  earshot.show({ status: 'offline', attempt: 1, retryAt: Date.now() + 8_000 });
  expect(statusText()).toBe(text.offline(0));
  earshot.wait(3);
  expect(statusText()).toBe(text.offline(3));
  expect(screen.getByText(text.nextTry(8))).toBeDefined();
  advance(3_000);
  expect(screen.getByText(text.nextTry(5))).toBeDefined();

  act(() => screen.getByRole('button', { name: text.tryNow }).click());
  expect(earshot.retryNow).toHaveBeenCalledOnce();
  earshot.show({ status: 'connecting', retryAt: null });
  expect(statusText()).toBe(text.offline(3));
  expect(screen.getByText(text.trying)).toBeDefined();

  earshot.show({ status: 'open', attempt: 0 });
  expect(statusText()).toBe(text.back);
  advance(2_500);
  expect(statusText()).toBe('');
});

test('the browser’s offline state is reported early, but only while messages wait', () => {
  const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  const earshot = renderBanner();
  earshot.show({ status: 'open' });
  onLine.mockReturnValue(false);
  act(() => void dispatchEvent(new Event('offline')));
  advance(5_000);
  expect(statusText()).toBe('');
  earshot.wait(1);
  advance(1_000);
  expect(statusText()).toBe(text.offline(1));
});

test('an expired identity is reported at once, because nothing else on the page does', () => {
  const earshot = renderBanner();
  earshot.show({ status: 'open' });
  earshot.show({ status: 'offline', attempt: 1, error: new EarshotClientError('TOKEN_EXPIRED') });
  expect(screen.getByRole('alert').textContent).toBe(en.errors.messages.TOKEN_EXPIRED);
});
