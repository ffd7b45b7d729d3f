import { describe, expect, test } from 'vitest';
import { isBusy, storeError } from './storeError.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('from SQLite'), { errcode });

describe('storeError', () => {
  test.each([5, 6, 8, 10, 13, 14, 5 + 256, 10 + 2 * 256])(
    'result code %d means that the store is unavailable',
    (code) => {
      const cause = sqliteError(code);
      expect(storeError(cause)).toMatchObject({ code: 'STORE_UNAVAILABLE', cause });
    },
  );

  test.each([sqliteError(0), sqliteError(1), sqliteError(19), new Error('other'), { errcode: 5 }, null, 'text'])(
    'other errors stay: %j',
    (error) => expect(storeError(error)).toBe(error),
  );
});

test('a lock of another connection differs from other failures', () => {
  expect([5, 5 + 256, 6, 14, 0].map((code) => isBusy(sqliteError(code)))).toEqual([true, true, false, false, false]);
  expect([new Error('other'), { errcode: 5 }, null].map(isBusy)).toEqual([false, false, false]);
});
