import { limits, type Message } from '@earshot/shared';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FeedReader } from './feedReader.ts';
import { OutageLog } from './outageLog.ts';
import { ModelStore } from './testModel.ts';

/** A store in which two of the first messages fill a page. */
class LongMessages extends ModelStore {
  readonly limits: number[] = [];

  override async changesSince(roomId: string, seq: number, limit: number): Promise<Message[]> {
    this.limits.push(limit);
    return (await super.changesSince(roomId, seq, limit)).slice(0, seq < 6 ? 2 : limit);
  }
}

test('the limit of a page follows the length of the last full page, because long messages fill a page', async () => {
  const database = new LongMessages();
  for (let n = 0; n < 6; n += 1) database.append('room', 'x'.repeat(limits.pageChars / 2));
  for (let n = 0; n < 40; n += 1) database.append('room');
  const storeOutageLog = new OutageLog(pino({ enabled: false }), 'store');
  const context = { database, storeOutageLog, pageSize: 20, random: () => 0 };
  const reader = new FeedReader('room', context, new AbortController().signal);
  const numbers: number[] = [];
  for (let seq = 0; seq < database.head('room'); ) {
    const { messages } = await reader.page(seq);
    numbers.push(...messages.map((message) => message.seq));
    seq = numbers.at(-1) ?? 0;
  }
  expect(numbers).toEqual(Array.from({ length: 46 }, (_, n) => n + 1));
  expect(database.limits).toEqual([20, 3, 3, 3, 5, 8, 12, 18]);
  const { isLast } = await reader.page(46);
  expect(isLast).toBe(true);
  expect(database.limits.at(-1)).toBe(20);
});
