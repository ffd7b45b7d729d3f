import { expect, test } from 'vitest';
import { isGuestId, toGuestId } from './guestId.ts';

test('an id made from a UUID is a guest id', () => {
  expect(isGuestId(toGuestId(crypto.randomUUID()))).toBe(true);
});

test.each(['guest-1', 'guest-', 'ada', '', undefined])('%j is not a guest id', (userId) => {
  expect(isGuestId(userId)).toBe(false);
});
