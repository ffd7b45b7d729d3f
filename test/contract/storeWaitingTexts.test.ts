import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { waitingTextsMax } from '../../packages/server/src/store/waitingTexts.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
const content = 'x'.repeat(1_000_000);
/** Maximum number of such messages that may wait at the same time. */
const fitting = Math.floor(waitingTextsMax / (2 * content.length));

describe.each(storeDrivers)('$driver: texts that wait for the database', ({ newSite }) => {
  test('have a maximum total size: more are refused at once, and accepted again afterwards', async () => {
    await using site = await newSite();
    const store = await site.open();
    const append = (n: number) =>
      store.append({ roomId: `room ${n % 5}`, userId: 'ana', username: 'Ana', content, clientMessageId: `${n}` });
    const sent = upTo(fitting + 20).map((n) => append(n));
    const edit = store.change({ roomId: 'room 1', messageId: newId() }, { type: 'edit', content });
    for (const refused of await Promise.allSettled([...sent.slice(fitting), edit])) {
      expect(refused).toEqual({ status: 'rejected', reason: unavailable });
    }
    const stored = await Promise.all(sent.slice(0, fitting));
    expect(stored.every(({ isNew }) => isNew)).toBe(true);
    expect((await append(fitting + 1)).isNew).toBe(true);
  }, 60_000);
});
