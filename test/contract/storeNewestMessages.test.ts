import { limits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { send, storeDrivers } from '../resources/stores.ts';

const cell = cellOf({ latitude: 1, longitude: 2 });

async function makeRoom(store: Store): Promise<string> {
  return (await store.nearestOrNewRoom({ cell, radius: 0, name: 'Room', createdBy: 'ana' })).room.id;
}

describe.each(storeDrivers)('$driver: newest messages', ({ newSite }) => {
  test('are those of all rooms at once, of rooms with a name as well; none of rooms without messages', async () => {
    await using site = await newSite();
    const store = await site.open();
    const [first, second, silent] = [await makeRoom(store), await makeRoom(store), await makeRoom(store)];
    await send(store, first);
    const newest = await send(store, first, { userId: 'ben', username: 'Ben', content: 'newest' });
    await send(store, second, { content: 'only' });
    await send(store, 'named', { content: 'by name' });
    const found = await store.newestMessages([first, silent, second, 'named', 'unknown'], 100);
    expect([...found.keys()].toSorted()).toEqual([first, second, 'named'].toSorted());
    expect(found.get(first)).toStrictEqual({
      updatedSeq: 2,
      userId: 'ben',
      username: 'Ben',
      content: 'newest',
      timestamp: newest.timestamp,
      deleted: false,
    });
    expect(found.get(second)?.content).toBe('only');
    expect(found.get('named')?.content).toBe('by name');
    expect(await store.newestMessages([], 100)).toEqual(new Map());
  });

  test('are as they are after their latest change, and stay the newest when an older one changes', async () => {
    await using site = await newSite();
    const store = await site.open();
    const roomId = await makeRoom(store);
    const older = await send(store, roomId, { content: 'older' });
    const { id: messageId } = await send(store, roomId, { content: 'newer' });
    await store.change({ roomId, messageId }, { type: 'edit', content: 'edited' });
    await store.change({ roomId, messageId: older.id }, { type: 'edit', content: 'older, edited' });
    const read = async () => (await store.newestMessages([roomId], 100)).get(roomId);
    expect(await read()).toMatchObject({ content: 'edited', updatedSeq: 3, deleted: false });
    await store.change({ roomId, messageId }, { type: 'delete' });
    expect(await read()).toMatchObject({ content: '', updatedSeq: 5, deleted: true });
  });

  test('have at most as many code points of the text as requested', async () => {
    await using site = await newSite();
    const store = await site.open();
    const roomId = await makeRoom(store);
    const read = async (chars: number) => (await store.newestMessages([roomId], chars)).get(roomId)?.content;
    for (const content of ['😀'.repeat(limits.messageChars), 'e\u0301\u{1f469}\u{200d}\u{1f469}äx']) {
      await send(store, roomId, { content });
      for (const chars of [1, 2, 3, 161, 5_000]) {
        expect(await read(chars)).toBe(Array.from(content).slice(0, chars).join(''));
      }
    }
  });
});
