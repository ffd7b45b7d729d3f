import { describe, expect, test } from 'vitest';
import { EarshotError } from './earshotError.ts';
import { type ErrorCode, errorCodes, errorEntry, isErrorCode } from './errorCodes.ts';
import { errorMessages } from './errorMessages.ts';
import { errorWhen } from './errorWhen.ts';
import { trpcCode } from './trpcCode.ts';

const codes = Object.keys(errorCodes).filter(isErrorCode);

test('every key of the table is a code, and nothing else is', () => {
  expect(codes).toEqual(Object.keys(errorCodes));
  expect(codes.length).toBeGreaterThan(20);
  expect(['', 'toString', 'room_full', undefined, 7, ['ROOM_FULL']].filter(isErrorCode)).toEqual([]);
});

describe.each(codes)('%s', (code) => {
  const entry = errorEntry(code);

  test('has a name and complete sentences', () => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(errorMessages[code]).toMatch(/^[A-Z].*\.$/);
    expect(errorWhen[code]).toMatch(/^[A-Z`].*\.$/);
  });

  test('has a close code that a server may send, or none', () => {
    if (entry.close === undefined) return;
    // RFC 6455 section 7.4 and the IANA registry: 1009 too big, 1012 restart, 1013 try later; 4000-4999 are our own.
    expect([1009, 1012, 1013].includes(entry.close) || (entry.close >= 4000 && entry.close <= 4999)).toBe(true);
  });

  test('has `reconnect` only with a close code', () => {
    if (entry.retry === 'reconnect') expect(entry.close).toBeDefined();
  });
});

test('errors with the same close code have the same `retry`, so a client that sees only the code knows it', () => {
  const meanings = new Map<number, string>();
  for (const code of codes) {
    const { close, retry } = errorEntry(code);
    if (close === undefined) continue;
    const meaning = `${trpcCode(code)}, retry: ${retry}`;
    expect(meanings.get(close) ?? meaning, `close code ${close} of ${code}`).toBe(meaning);
    meanings.set(close, meaning);
  }
});

test.each(['toString', '__proto__', 'constructor', '', 'NOPE', 7, null, undefined])(
  '%j is not an error code',
  (value) => expect(isErrorCode(value)).toBe(false),
);

describe('EarshotError', () => {
  test('has the table’s sentence unless given one', () => {
    expect(new EarshotError('ROOM_FULL')).toMatchObject({
      name: 'EarshotError',
      code: 'ROOM_FULL',
      message: 'The room is full.',
    });
    const code: ErrorCode = 'RATE_LIMITED';
    const cause = new Error('cause');
    const error = new EarshotError(code, { message: 'Slow down.', retryAfterMs: 200, cause });
    expect(error).toMatchObject({ message: 'Slow down.', retryAfterMs: 200 });
    expect(error.cause).toBe(cause);
  });
});
