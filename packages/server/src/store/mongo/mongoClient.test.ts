import { expect, test } from 'vitest';
import { createMongoClient } from './mongoClient.ts';

test.each([
  ['retryWrite=yes', 'option retrywrite is not supported'],
  ['retryWrite=yes&appNames=x', 'options retrywrite, appnames are not supported'],
  ['authMechanism=HUSH', 'invalid options'],
  ['tls=perhaps', 'invalid options'],
])('an invalid connection string (%s) is rejected with “%s”', (options, reason) => {
  const open = () => createMongoClient(`mongodb://ada:hush@127.0.0.1/?${options}`);
  expect(open).toThrow(`MONGODB_URI: the driver rejects it (${reason}).`);
});
