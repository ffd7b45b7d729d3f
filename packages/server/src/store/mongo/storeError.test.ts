import { EarshotError } from '@earshot/shared';
import { MongoInvalidArgumentError, MongoNetworkError, MongoNotConnectedError, MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { duplicateIndex, isDuplicate, isTooLargeForCache, storeError } from './storeError.ts';

const fromServer = (code: number, errmsg: string, rest = {}) => new MongoServerError({ code, errmsg, ...rest });

describe('storeError', () => {
  test.each([
    ['a broken connection', new MongoNetworkError('connection closed')],
    ['no connection', new MongoNotConnectedError('not connected')],
    ['a new primary', fromServer(189, 'primary stepped down')],
    ['a write to a secondary', fromServer(10107, 'not primary')],
    ['a retryable error', fromServer(12345, 'busy', { errorLabels: ['RetryableWriteError'] })],
  ])('reports %s as unavailable, and keeps the cause', (_, error) => {
    expect(storeError(error)).toMatchObject({ code: 'STORE_UNAVAILABLE', cause: error });
  });

  test("quotes no document: the server's messages contain locations", () => {
    const error = storeError(fromServer(16755, "Can't extract geo keys: { coordinates: [ 16.3738, 48.2082 ] }"));
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/16\.37|48\.20/);
    expect(String(error)).toContain('16755');
  });

  test.each([
    [new EarshotError('ROOM_NOT_FOUND')],
    [new MongoInvalidArgumentError('wrong')],
    [new Error('a bug')],
    ['text'],
  ])('passes on %s unchanged', (error) => expect(storeError(error)).toBe(error));
});

describe('a duplicate', () => {
  const index = 'room_id_1_user_id_1_client_message_id_1';
  const text = `E11000 duplicate key error collection: earshot.messages index: ${index} dup key: { client_message_id: " index: _id_ dup key:" }`;

  test('names the index, whatever the values contain', () => expect(duplicateIndex(text)).toBe(index));

  test('is one only if nothing else failed', () => {
    expect(isDuplicate(fromServer(11000, text))).toBe(true);
    expect(isDuplicate(fromServer(11000, text, { errorLabels: ['TransientTransactionError'] }))).toBe(false);
    expect(isDuplicate(fromServer(189, 'primary stepped down'))).toBe(false);
  });
});

test('a transaction that is too large for the cache is distinguished from one that conflicts', () => {
  expect(
    isTooLargeForCache(fromServer(388, 'transaction is too large and will not fit in the storage engine cache')),
  ).toBe(true);
  expect(isTooLargeForCache(fromServer(112, 'conflict'))).toBe(false);
  expect(isTooLargeForCache(new Error('a bug'))).toBe(false);
});
