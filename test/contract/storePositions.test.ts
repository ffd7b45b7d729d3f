import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { changeTime, emptyPosition, type Message, type Position, positionOf } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../packages/server/src/store/sqlite/migrate.ts';
import { migrations } from '../../packages/server/src/store/sqlite/schema.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { mongoSite, send, sqliteSite, storeDrivers, upTo } from '../resources/stores.ts';

const start = 1_700_000_000_000;

/** The room's head, as returned by every method. */
async function headOf(store: Store, roomId: string): Promise<Position | undefined> {
  const head = (await store.heads([roomId])).get(roomId);
  expect((await store.snapshot(roomId, 0)).head).toEqual(head);
  expect(await store.lastChange(roomId, Number.MAX_SAFE_INTEGER)).toEqual(head);
  return head;
}

describe.each(storeDrivers)('$driver: positions', ({ newSite }) => {
  test('have the number and the time of the last change of any kind', async () => {
    await using site = await newSite();
    let now = start;
    const store = await site.open(() => now);
    expect(await headOf(store, 'plaza')).toEqual(emptyPosition);
    const { id: messageId } = await send(store, 'plaza');
    expect(await headOf(store, 'plaza')).toEqual({ seq: 1, time: start });
    const changes = [
      { type: 'react', userId: 'ben', emoji: '👍', on: true },
      { type: 'edit', content: 'changed' },
      { type: 'react', userId: 'ben', emoji: '👍', on: false },
      { type: 'delete' },
    ] as const;
    for (const [index, change] of changes.entries()) {
      now += 10_000;
      const { message } = await store.change({ roomId: 'plaza', messageId }, change);
      expect(positionOf(message)).toEqual({ seq: index + 2, time: now });
      expect(await headOf(store, 'plaza')).toEqual(positionOf(message));
      expect(await store.message({ roomId: 'plaza', messageId })).toEqual(message);
    }
  });

  test('are found for the last change up to a number, even if later ones have superseded it', async () => {
    await using site = await newSite();
    let now = start;
    const store = await site.open(() => (now += 1_000));
    const sent: Message[] = [];
    for (const _ of upTo(4)) sent.push(await send(store, 'plaza'));
    await send(store, 'park');
    for (const messageId of [sent[3]?.id ?? '', sent[0]?.id ?? '']) {
      await store.change({ roomId: 'plaza', messageId }, { type: 'edit', content: 'changed' });
    }
    const found = await Promise.all([0, 1, 2, 3, 4, 5, 6, 9].map((seq) => store.lastChange('plaza', seq)));
    expect(found.map(({ seq }) => seq)).toEqual([0, 0, 2, 3, 3, 5, 6, 6]);
    expect(found[2]).toEqual(positionOf(sent[1] as Message));
  });

  test('agree with the messages after any changes, as do pages of changes', async () => {
    await using site = await newSite();
    let now = start;
    const store = await site.open(() => (now += 1_000));
    const sent: Message[] = [];
    // Of the messages some never change, others once or several times, at once or later.
    for (const n of upTo(40)) {
      sent.push(await send(store, 'plaza'));
      const messageId = sent[(n * 7) % sent.length]?.id ?? '';
      if (n % 3 === 0) await store.change({ roomId: 'plaza', messageId }, { type: 'edit', content: `changed ${n}` });
    }
    const before = sent[10]?.timestamp ?? new Date(0);
    expect((await store.expiry.deleteExpired([{ roomId: 'plaza', before }], new Date(now + 1))).deleted).toBe(10);
    const { messages } = await store.history('plaza', { limit: 100 });
    const positions = messages.map(positionOf).sort((a, b) => a.seq - b.seq);
    expect(await headOf(store, 'plaza')).toEqual(positions.at(-1));
    for (const seq of [0, ...upTo(60)]) {
      const last = positions.findLast((position) => position.seq <= seq) ?? emptyPosition;
      expect(await store.lastChange('plaza', seq)).toEqual(last);
      const page = positions.filter((position) => position.seq > seq).slice(0, 4);
      expect((await store.changesSince('plaza', seq, 4)).map(positionOf)).toEqual(page);
    }
  });

  test('have times that never decrease, even if the clocks of instances differ or are set back', async () => {
    await using site = await newSite();
    const clock = { one: start + 3_600_000, two: start };
    const one = await site.open(() => clock.one);
    const two = await site.open(() => clock.two);
    const first = await send(one, 'plaza');
    const target = { roomId: 'plaza', messageId: first.id };
    const made = [positionOf(first)];
    for (const [index, store] of [two, one, two, two, one].entries()) {
      made.push(positionOf(await send(store, 'plaza')));
      const { message } = await store.change(target, { type: 'edit', content: `changed ${index}` });
      made.push(positionOf(message));
      clock.one -= 60_000;
    }
    expect(made.map(({ seq }) => seq)).toEqual(upTo(11));
    const times = made.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await headOf(two, 'plaza')).toEqual(made.at(-1));
    const { messages } = await two.history('plaza', { limit: 10 });
    const bySeq = messages.toSorted((a, b) => a.updatedSeq - b.updatedSeq);
    expect(bySeq.map(positionOf)).toEqual(made.filter(({ seq }) => bySeq.some(({ updatedSeq }) => updatedSeq === seq)));
  });
});

describe('changes stored by versions without times', () => {
  test('get ascending times when this version opens the file', async () => {
    await using site = await sqliteSite();
    if (site.spec.kind !== 'sqlite') throw new TypeError('no file');
    await mkdir(dirname(site.spec.file));
    const raw = new DatabaseSync(site.spec.file);
    migrate(raw, migrations.slice(0, 2));
    const insert = raw.prepare(
      `INSERT INTO messages (room_id, seq, updated_seq, id, user_id, username, content, timestamp, edited_at, deleted, reactions)
       VALUES ('plaza', ?, ?, ?, 'ana', 'Ana', 'hello', ?, ?, 0, '[]')`,
    );
    // 1 was edited at 5 (time 900). 2 got a reaction at 6. 3 and 4 are unchanged.
    for (const [seq, updatedSeq, timestamp, editedAt] of [
      [1, 5, 100, 900],
      [2, 6, 200, null],
      [3, 3, 300, null],
      [4, 4, 400, null],
    ] as const) {
      insert.run(seq, updatedSeq, String(seq).padStart(24, '0'), timestamp, editedAt);
    }
    raw.close();
    const store = await site.open();
    const changed = await store.changesSince('plaza', 0, 10);
    expect(changed.map(positionOf)).toEqual([
      { seq: 3, time: 300 },
      { seq: 4, time: 400 },
      { seq: 5, time: 900 },
      { seq: 6, time: 900 },
    ]);
    expect(changed.map((message) => 'updatedAt' in message)).toEqual([false, false, true, true]);
    expect(await headOf(store, 'plaza')).toEqual({ seq: 6, time: 900 });
  });

  test('have the time of the edit or the message in documents without their own', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const first = await send(store, 'plaza');
    const second = await send(store, 'plaza');
    for (const [{ id: messageId }, change] of [
      [first, { type: 'edit', content: 'changed' }],
      [second, { type: 'react', userId: 'ben', emoji: '👍', on: true }],
    ] as const) {
      await store.change({ roomId: 'plaza', messageId }, change);
    }
    if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
    await using raw = await MongoClient.connect(site.spec.uri);
    await raw
      .db(site.spec.database)
      .collection('messages')
      .updateMany({}, { $unset: { updated_at: true } });
    const [edited, reacted] = await store.changesSince('plaza', 2, 5);
    expect(edited && changeTime(edited)).toBe(edited?.editedAt?.getTime());
    expect(reacted && changeTime(reacted)).toBe(second.timestamp.getTime());
    expect(await headOf(store, 'plaza')).toEqual(reacted && positionOf(reacted));
  });
});
