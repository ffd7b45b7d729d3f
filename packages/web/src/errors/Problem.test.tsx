// @vitest-environment jsdom
import { EarshotClientError } from '@earshot/client';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { de } from '../text/de.ts';
import { en } from '../text/en.ts';
import { Problem } from './Problem.tsx';
import { describeError, problemOf } from './recovery.ts';
import { RenewalContext } from './renewal.ts';

const { errors } = en;
const buttons = () => screen.queryAllByRole('button').map((button) => button.textContent);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('a recovery', () => {
  const ways: [cause: Parameters<typeof Problem>[0]['cause'], offered: string[]][] = [
    [new EarshotClientError('ROOM_FULL'), [errors.retry, errors.back]],
    [new EarshotClientError('STORE_UNAVAILABLE'), [errors.retry, errors.back]],
    [new EarshotClientError('TOKEN_EXPIRED'), [errors.renew, errors.back]],
    [new EarshotClientError('TOKEN_INVALID'), [errors.renew, errors.back]],
    [new EarshotClientError('TOKEN_REVOKED'), [errors.renew, errors.back]],
    [new EarshotClientError('BANNED'), [errors.retry, errors.back]],
    [new EarshotClientError('MUTED'), [errors.back]],
    [new EarshotClientError('ROOM_NOT_FOUND'), [errors.back]],
    [new EarshotClientError('ROOM_GONE'), [errors.back]],
    [new EarshotClientError('NO_SUCH_PROCEDURE'), [errors.reload, errors.back]],
    [new EarshotClientError('MESSAGE_DELETED'), [errors.back]],
    ['ORIGIN_REFUSED', [errors.retry, errors.back]],
    ['HOST_REFUSED', [errors.retry, errors.back]],
    ['SERVER_UNREACHABLE', [errors.retry, errors.back]],
    ['LOCATION_TIMEOUT', [errors.retry, errors.back]],
    ['LOCATION_DENIED', [errors.back]],
  ];
  test.each(ways)('from %s', (cause, offered) => {
    const nothing = () => {};
    render(
      <RenewalContext value={nothing}>
        <Problem cause={cause} onRetry={nothing} onBack={nothing} />
      </RenewalContext>,
    );
    expect(buttons()).toEqual(offered);
    expect(screen.getByRole('alert').textContent).toMatch(/\w{4}/);
  });

  test('without a handler is not offered', () => {
    render(<Problem cause={new EarshotClientError('TOKEN_EXPIRED')} />);
    expect(buttons()).toEqual([]);
  });
});

test('seconds are counted down, and announced to screen readers only once', () => {
  const cause = new EarshotClientError('RATE_LIMITED', { retryAfterMs: 2_500 });
  render(<Problem cause={cause} onRetry={() => {}} />);
  const announced = screen.getByRole('alert').textContent;
  const retry = screen.getByRole('button');
  expect(screen.getByText(errors.rateLimited(3))).toBeDefined();
  expect(retry).toHaveProperty('disabled', true);
  act(() => vi.advanceTimersByTime(2_000));
  expect(screen.getByText(errors.rateLimited(1))).toBeDefined();
  act(() => vi.advanceTimersByTime(1_000));
  expect(retry).toHaveProperty('disabled', false);
  expect(screen.getByRole('alert').textContent).toBe(announced);
});

test('an error without a text shows the server’s message', () => {
  render(<Problem cause={new EarshotClientError('INVALID_INPUT', { message: 'username: must not be empty' })} />);
  expect(screen.getByRole('alert').textContent).toBe('username: must not be empty');
});

test('an unexpected error is described by the page, not by the error’s own message', () => {
  render(<Problem cause={problemOf(new TypeError('x.map is not a function'))} />);
  expect(screen.getByRole('alert').textContent).toBe(errors.messages.UNKNOWN);
  expect(buttons()).toEqual([errors.reload]);
});

test('no answer means that the server can’t be reached', () => {
  expect(problemOf(new EarshotClientError('CONNECTION_LOST'))).toBe('SERVER_UNREACHABLE');
  const full = new EarshotClientError('ROOM_FULL');
  expect(problemOf(full)).toBe(full);
});

test.each(['MUTED', 'BANNED', 'ROOM_LOCKED', 'ROOM_CLOSED', 'SLOW_MODE', 'NOT_ALLOWED'] as const)(
  '%s has words of its own in German, too',
  (code) => {
    const error = new EarshotClientError(code);
    expect(describeError(error, en)).not.toBe(code);
    expect(describeError(error, de)).not.toBe(code);
    expect(describeError(error, de)).not.toBe(describeError(error, en));
  },
);
