import { describe, expect, test } from 'vitest';
import { asEarshotError } from './errors.ts';
import { isNetworkFailure } from './networkFailure.ts';

const withCode = (code: string) => ({ cause: Object.assign(new Error('why'), { code }) });

describe('a failure of the network', () => {
  test.each([
    'fetch failed',
    'Failed to fetch',
    'Failed to fetch (earshot.example)',
    'NetworkError when attempting to fetch resource.',
    'Load failed',
    'The Internet connection appears to be offline.',
    'Network request failed',
  ])('is recognised by its text: %s', (message) => {
    expect(isNetworkFailure(new TypeError(message))).toBe(true);
  });

  test.each(['ECONNREFUSED', 'EAI_AGAIN', 'UND_ERR_SOCKET'])('is recognised by the code of its cause: %s', (code) => {
    expect(isNetworkFailure(new TypeError('in other words', withCode(code)))).toBe(true);
  });
});

describe('a fault in a program', () => {
  test.each<[string, unknown]>([
    ['a call of nothing', new TypeError("Cannot read properties of undefined (reading 'get')")],
    ['an input that can’t be serialized', new TypeError('Converting circular structure to JSON')],
    ['a bad address', new TypeError('Failed to parse URL from x', withCode('ERR_INVALID_URL'))],
    ['no error at all', 'fetch failed'],
  ])('is not a network failure: %s', (_name, error) => {
    expect(isNetworkFailure(error)).toBe(false);
    expect(asEarshotError(error)).toMatchObject({ code: 'UNKNOWN', retry: 'no' });
  });
});
