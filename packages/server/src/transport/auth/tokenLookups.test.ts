import { EarshotError } from '@earshot/shared';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenLookups } from './tokenLookups.ts';
import type { ServiceOutcome } from './tokenService.ts';

const issuedAt = new Date(1_700_000_000_000);
const ada = { user: { userId: 'ada', username: 'Ada' }, expiresAt: undefined, issuedAt };
const down: ServiceOutcome = { failure: new Error('down'), isDown: true };
const limits = { waitMs: 60_000, requests: 4, requestsPerAddress: 3, identities: 5, rejections: 5, failures: 3 };
const unavailable = { code: 'AUTH_UNAVAILABLE', retryAfterMs: 1_000 };
const invalid = { code: 'TOKEN_INVALID' };

let now = 0;
let asked: string[] = [];
let answer: (token: string) => Promise<ServiceOutcome>;
let lookups: TokenLookups;

beforeEach(() => {
  now = 0;
  asked = [];
  answer = async () => ({ identity: ada });
  const ask = (token: string) => {
    asked.push(token);
    return answer(token);
  };
  lookups = new TokenLookups({ ask, limits, now: () => now });
});

const find = (token: string, address = 'a') => lookups.find(token, address);

/** Lets requests stay in progress until `give` is called. */
function gate() {
  const { promise, resolve: give } = Promise.withResolvers<ServiceOutcome>();
  answer = () => promise;
  return give;
}

describe('caching', () => {
  test('an identity is cached for a minute, a rejection for five seconds', async () => {
    await find('t');
    answer = async () => ({ identity: null });
    await expect(find('bad')).rejects.toMatchObject(invalid);
    now = 4_999;
    await expect(find('bad')).rejects.toMatchObject(invalid);
    expect(asked).toEqual(['t', 'bad']);
    now = 5_000;
    await expect(find('bad')).rejects.toMatchObject(invalid);
    now = 59_999;
    expect(await find('t')).toEqual(ada);
    expect(asked).toEqual(['t', 'bad', 'bad']);
    now = 60_000;
    await expect(find('t')).rejects.toMatchObject(invalid);
  });

  test('an identity is valid only until it expires, however long it is cached', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    answer = async () => ({ identity: { ...ada, expiresAt: new Date(Date.now() + 1_000) } });
    await find('t');
    vi.setSystemTime(Date.now() + 1_000);
    await expect(find('t')).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    vi.useRealTimers();
    expect(asked).toEqual(['t']);
  });

  test('any number of tokens takes bounded memory, and rejections evict no identity', async () => {
    await find('t');
    answer = async () => ({ identity: null });
    for (let i = 0; i < 100; i += 1) await expect(find(`bad${i}`)).rejects.toMatchObject(invalid);
    expect(lookups.size).toBe(1 + limits.rejections);
    expect(await find('t')).toEqual(ada);
    answer = async () => ({ identity: ada });
    for (let i = 0; i < 100; i += 1) await find(`t${i}`);
    expect(lookups.size).toBe(limits.identities + limits.rejections);
  });

  test('failures are not cached', async () => {
    answer = async () => down;
    await expect(find('t')).rejects.toMatchObject(unavailable);
    answer = async () => ({ identity: ada });
    expect(await find('t')).toEqual(ada);
  });
});

describe('bounds', () => {
  test('concurrent lookups of a token share one request', async () => {
    const give = gate();
    const found = Array.from({ length: 1_000 }, (_, i) => find('t', `address ${i}`));
    expect(asked).toEqual(['t']);
    give({ identity: ada });
    expect(new Set(await Promise.all(found))).toEqual(new Set([ada]));
  });

  test('requests are bounded, for all addresses together and for each; the rest are refused at once', async () => {
    const give = gate();
    const found = [find('t1', 'a'), find('t2', 'a'), find('t3', 'a')];
    await expect(find('t4', 'a')).rejects.toMatchObject(unavailable);
    found.push(find('t5', 'b'));
    await expect(find('t6', 'c')).rejects.toMatchObject(unavailable);
    expect(asked).toEqual(['t1', 't2', 't3', 't5']);
    give({ identity: ada });
    await Promise.all(found);
    expect(await find('t6', 'c')).toEqual(ada);
    expect(await find('t4', 'a')).toEqual(ada);
  });

  test('a slow answer is refused in time, and used by the next attempt', async () => {
    const give = gate();
    lookups = new TokenLookups({ ask: (token) => answer(token), limits: { ...limits, waitMs: 10 }, now: () => now });
    await expect(find('t')).rejects.toMatchObject(unavailable);
    give({ identity: ada });
    expect(await find('t')).toEqual(ada);
  });

  test.each(['', 'two words', 'line\nbreak', 'ü', 'x'.repeat(8_193)])('%j is no token', async (token) => {
    await expect(find(token)).rejects.toMatchObject(invalid);
    expect(asked).toEqual([]);
  });
});

describe('a service that is down', () => {
  test('is not asked after some failures, except by one probe a second; cached identities stay valid', async () => {
    await find('known');
    answer = async () => down;
    for (const token of ['1', '2', '3']) await expect(find(token)).rejects.toMatchObject(unavailable);
    now = 400;
    await expect(find('4')).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE', retryAfterMs: 600 });
    expect(await find('known')).toEqual(ada);
    now = 1_000;
    await expect(find('5')).rejects.toMatchObject(unavailable);
    await expect(find('6')).rejects.toMatchObject(unavailable);
    expect(asked).toEqual(['known', '1', '2', '3', '5']);
    now = 2_000;
    answer = async () => ({ identity: ada });
    expect(await find('7')).toEqual(ada);
    expect(await find('8')).toEqual(ada);
  });

  test('failures that may be due to one token do not pause the requests for others', async () => {
    answer = async () => ({ failure: new Error('status 500'), isDown: false });
    for (let i = 0; i < 20; i += 1) await expect(find(`bad${i}`)).rejects.toMatchObject(unavailable);
    answer = async () => ({ identity: ada });
    expect(await find('t')).toEqual(ada);
  });
});

describe('after a sign-out', () => {
  let signedOutAt: Date | null = null;
  const check = ({ issuedAt: at }: { issuedAt?: Date | null | undefined }) => {
    if (signedOutAt !== null && (at ?? signedOutAt) < signedOutAt) throw new EarshotError('TOKEN_REVOKED');
  };
  beforeEach(() => {
    signedOutAt = null;
    const ask = async (token: string) => {
      asked.push(token);
      return answer(token);
    };
    lookups = new TokenLookups({ ask, check, limits, now: () => now });
  });

  test('an answer without the time of the token is asked for again, once', async () => {
    answer = async () => ({ identity: { user: ada.user } });
    await find('t');
    await find('t');
    expect(asked).toEqual(['t']);
    signedOutAt = new Date(Date.now() + 5);
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Number(signedOutAt)));
    expect((await find('t')).user).toEqual(ada.user);
    await find('t');
    expect(asked).toEqual(['t', 't']);
  });

  test('a token that is older is refused without asking again', async () => {
    await find('t');
    signedOutAt = new Date(Number(issuedAt) + 1);
    for (let n = 0; n < 3; n += 1) await expect(find('t')).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(asked).toEqual(['t']);
  });
});
