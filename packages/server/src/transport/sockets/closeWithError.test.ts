import { errorCodes, errorMessages, isErrorCode } from '@earshot/shared';
import { expect, test } from 'vitest';
import { closeReason } from './closeWithError.ts';

test('a short sentence is the reason', () => expect(closeReason('Too slow.')).toBe('Too slow.'));

test.each(['a', 'ü', '’', '😀', 'a😀'])('a long text of %s fits', (character) => {
  const text = character.repeat(200);
  const reason = closeReason(text);
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  expect(text.startsWith(reason.replace('\uFFFD', ''))).toBe(true);
});

test('every error sentence fits as it is', () => {
  for (const code of Object.keys(errorCodes).filter(isErrorCode)) {
    if ('close' in errorCodes[code]) expect(closeReason(errorMessages[code])).toBe(errorMessages[code]);
  }
});
