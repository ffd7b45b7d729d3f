import { describe, expect, test } from 'vitest';
import { CallerLimit } from './callerLimit.ts';
import { Connection } from './connection.ts';

const caller = (userId: string, address: string) => new Connection({ user: { userId, username: userId }, address });
const limited = expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });

describe('CallerLimit', () => {
  test('an address with a new user for each call is limited', () => {
    const limit = new CallerLimit({ user: { rate: 1, burst: 2 }, address: { rate: 1, burst: 10 } });
    for (let i = 0; i < 10; i++) limit.take(caller(`user ${i}`, '192.0.2.1'));
    expect(() => limit.take(caller('user 10', '192.0.2.1'))).toThrow(limited);
    limit.take(caller('user 10', '192.0.2.2'));
  });

  test('a rejection by one bucket costs nothing of the other', () => {
    const limit = new CallerLimit({ user: { rate: 0.001, burst: 2 }, address: { rate: 0.001, burst: 3 } });
    for (let i = 0; i < 3; i++) limit.take(caller(`other ${i}`, '192.0.2.1'));
    for (let i = 0; i < 9; i++) expect(() => limit.take(caller('ada', '192.0.2.1'))).toThrow(limited);
    for (let i = 0; i < 2; i++) limit.take(caller('ada', '192.0.2.2'));
    for (let i = 0; i < 9; i++) expect(() => limit.take(caller('ada', '192.0.2.2'))).toThrow(limited);
    limit.take(caller('bob', '192.0.2.2'));
  });

  test('returned tokens go to both buckets', () => {
    const limit = new CallerLimit({ user: { rate: 0.001, burst: 1 }, address: { rate: 0.001, burst: 1 } });
    const ada = caller('ada', '192.0.2.1');
    limit.take(ada);
    limit.refund(ada);
    limit.take(ada);
    expect(() => limit.take(ada)).toThrow(limited);
  });
});
