import { TRPCClientError } from '@trpc/client';
import { describe, expect, test } from 'vitest';
import { asEarshotError, EarshotClientError, fromClose } from './errors.ts';

/** The error of tRPC's client for an answer with this `data`. */
function answer(data: Record<string, unknown>, message = 'from the server') {
  return TRPCClientError.from({ error: { code: -32_603, message, data } });
}

describe('an error of the server', () => {
  test('keeps its code, message and `retry`', () => {
    const error = asEarshotError(answer({ errorCode: 'RATE_LIMITED', retry: 'later', retryAfterMs: 250 }));
    expect(error).toBeInstanceOf(EarshotClientError);
    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'from the server',
      retry: 'later',
      retryAfterMs: 250,
    });
  });

  test('lists the problems of the input', () => {
    const issues = [{ path: 'content', message: 'must not be empty' }];
    const error = asEarshotError(answer({ errorCode: 'INVALID_INPUT', issues: [...issues, 'junk', { path: 1 }] }));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', retry: 'no', issues });
  });

  test('with an unknown code of a newer server keeps its `retry`', () => {
    expect(asEarshotError(answer({ errorCode: 'NOT_YET_KNOWN', retry: 'later' }))).toMatchObject({
      code: 'UNKNOWN',
      retry: 'later',
    });
  });
});

test('an error response that is not tRPC’s keeps its code and message', () => {
  const meta = {
    response: { status: 413 },
    responseJSON: { error: 'The request is too large.', code: 'FRAME_TOO_LARGE' },
  };
  const error = asEarshotError(TRPCClientError.from(new Error('Unable to transform response from server'), { meta }));
  expect(error).toMatchObject({ code: 'FRAME_TOO_LARGE', message: 'The request is too large.', retry: 'no' });
});

describe('a lost connection', () => {
  const closed = (code: number) => TRPCClientError.from({ type: 'close', code });

  test.each<[string, unknown]>([
    ['a socket that broke', closed(1006)],
    ['a server that stops', closed(1012)],
    ['a token that ran out', closed(4410)],
    ['an error event', TRPCClientError.from({ type: 'error' })],
    ['a fetch without answer', TRPCClientError.from(new TypeError('fetch failed'))],
    [
      'a proxy that answers in HTML',
      TRPCClientError.from(new SyntaxError('Unexpected token <'), { meta: { response: { status: 502 } } }),
    ],
    [
      'a proxy that answers in JSON',
      TRPCClientError.from(new Error('Unable to transform'), {
        meta: { response: { status: 503 }, responseJSON: { error: 'no upstream', code: 503 } },
      }),
    ],
  ])('is recognised by %s', (_by, error) => {
    expect(asEarshotError(error)).toMatchObject({ code: 'CONNECTION_LOST', retry: 'reconnect' });
  });

  test.each([
    [4401, 'TOKEN_INVALID'],
    [1009, 'FRAME_TOO_LARGE'],
  ])('with close code %i is a rejection: %s', (code, name) => {
    expect(asEarshotError(closed(code))).toMatchObject({ code: name, retry: 'no' });
  });

  test.each([
    [1012, 'SERVER_STOPPING'],
    [4408, 'SLOW_CONSUMER'],
    [4410, 'TOKEN_EXPIRED'],
    [1006, 'CONNECTION_LOST'],
    [undefined, 'CONNECTION_LOST'],
  ])('has the reason of close code %s: %s', (code, name) => {
    expect(fromClose(code).code).toBe(name);
  });

  test('has the reason and the end of a sanction', () => {
    const endsAt = new Date(1_800_000_000_000);
    const error = asEarshotError(
      answer({ errorCode: 'MUTED', retry: 'later', reason: 'spam', endsAt: Number(endsAt) }),
    );
    expect(error).toMatchObject({ code: 'MUTED', reason: 'spam', endsAt });
    expect(asEarshotError(answer({ errorCode: 'MUTED', reason: 7, endsAt: 'x' }))).toMatchObject({
      reason: undefined,
      endsAt: undefined,
    });
  });

  test('has the text of the close frame', () => {
    expect(fromClose(4401, { reason: 'The token is not valid.' }).message).toBe('The token is not valid.');
    expect(fromClose(1012, { reason: '{"reconnectWithinMs":5000}' }).message).toBe('The server is restarting.');
    expect(fromClose(4408).message).toBe('The server answered SLOW_CONSUMER.');
  });
});

test('distinguishes an abort, an EarshotClientError and any other error', () => {
  const own = new EarshotClientError('OUTBOX_FULL');
  expect(asEarshotError(own)).toBe(own);
  expect(asEarshotError(TRPCClientError.from(own))).toBe(own);
  expect(asEarshotError(TRPCClientError.from(new DOMException('stop', 'AbortError'))).code).toBe('ABORTED');
  expect(asEarshotError(new Error('odd'))).toMatchObject({ code: 'UNKNOWN', message: 'odd', retry: 'no' });
  expect(asEarshotError('text')).toMatchObject({ code: 'UNKNOWN', retry: 'no' });
});
