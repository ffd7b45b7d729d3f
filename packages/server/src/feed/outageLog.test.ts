import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OutageLog } from './outageLog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('logs the first failure with its error, and the first answer with the length of the outage', () => {
  const lines: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const outage = new OutageLog(log, 'store');
  outage.onSuccess();
  expect(lines).toEqual([]);

  outage.onFailure(new Error('connection refused'));
  vi.advanceTimersByTime(1_500);
  outage.onFailure(new Error('still refused'));
  outage.onSuccess();
  outage.onSuccess();
  expect(lines).toMatchObject([
    {
      level: 40,
      msg: 'store unreachable: reads are retried (check the connection to the store)',
      err: { message: 'connection refused' },
    },
    { level: 30, msg: 'store reachable again', ms: 1_500 },
  ]);
  expect(lines).toHaveLength(2);

  outage.onFailure(new Error('refused again'));
  expect(lines).toHaveLength(3);
});
