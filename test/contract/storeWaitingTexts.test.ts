import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { untilSettled } from '../../packages/server/src/async/yieldToEventLoop.ts';
import { waitingTextsMax } from '../../packages/server/src/store/waitingTexts.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
const notFound = expect.objectContaining({ code: 'MESSAGE_NOT_FOUND' });
const content = 'x'.repeat(1_000_000);
/** Maximum number of such messages that may wait at the same time. */
const fitting = Math.floor(waitingTextsMax / (2 * content.length));

describe.each(storeDrivers)('$driver: texts that wait for the database', ({ newSite }) => {
  test('have a maximum total size: more are refused at once, and accepted again afterwards', async () => {
    await using site = await newSite();
    const store = await site.open();
    const append = (n: number) =>
      store.append({ roomId: `room ${n % 5}`, userId: 'ana', username: 'Ana', content, clientMessageId: `${n}` });
    // Edits of messages that don't exist wait like others, and nothing has to be written.
    const edit = (n: number) =>
      store.change({ roomId: `room ${n % 5}`, messageId: newId() }, { type: 'edit', content });
    const sent = upTo(5).map(append);
    const edits = Promise.allSettled(upTo(fitting - 5).map(edit));
    await untilSettled(); // the cached store begins an edit a little later
    const refused = await Promise.allSettled([6, 7, 8].flatMap((n) => [append(n), edit(n)]));
    for (const one of refused) expect(one).toEqual({ status: 'rejected', reason: unavailable });
    for (const one of await edits) expect(one).toEqual({ status: 'rejected', reason: notFound });
    expect((await Promise.all(sent)).every(({ isNew }) => isNew)).toBe(true);
    expect((await append(9)).isNew).toBe(true);
  });
});
