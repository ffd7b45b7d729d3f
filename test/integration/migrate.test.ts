import { idFromBson } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { coarsePoint } from '../../packages/server/src/store/mongo/documents.ts';
import { wholeHistory } from '../resources/load.ts';
import { at, exactly } from '../resources/originalDatabase.ts';
import { early, late, original, placed, squareId, unreadable, users } from '../resources/originalDocuments.ts';
import { runEarshot } from '../resources/process.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

describe('a database of the original service', () => {
  test('is rejected by a server, unchanged by a dry run, usable after a migration, and unchanged by another one', async () => {
    await using old = await original();
    const before = await old.dump();
    const refusal = await runEarshot(['serve'], { ...old.env, PORT: '0' });
    expect(refusal).toEqual({ code: 1, output: expect.stringContaining('Run `earshot migrate`') });
    expect(refusal.output).not.toMatch(/ {4}at /);

    const dry = await runEarshot(['migrate', '--dry-run'], old.env);
    expect(dry.output).toMatch(/Dry run: nothing was written.*8 messages to number.*7 unreadable messages/s);
    expect(await old.dump()).toEqual(before);

    const { code, output } = await runEarshot(['migrate'], old.env);
    expect(code).toBe(0);
    for (const text of [dry.output, output]) {
      for (const [{ _id }, reason] of unreadable) expect(text).toContain(`messages ${idFromBson(_id)}: ${reason}`);
      expect(text).toContain('rooms quiet: location is not a GeoJSON point');
      expect(text).not.toMatch(/secret|yesterday|48\.85|home/);
    }
    expect(output).toMatch(
      /8 messages numbered.*7 unreadable messages.*1 room created.*3 rooms completed.*2 unusable/s,
    );
    const after = await old.dump();
    for (const [document] of unreadable) expect(after.messages).toContain(exactly(document));
    expect(after.messages).toHaveLength(before.messages?.length ?? 0);
    expect(after.users).toContain(
      exactly({
        ...{ ...users[3], last_location_update: at(0) },
        current_location: coarsePoint(users[3]?.current_location),
      }),
    );

    expect(await old.migrate()).toMatchObject({ numbered: 0, unreadable: 7 });
    expect(await old.dump()).toEqual(after);
  });

  test('has its histories in the order of time, followed by new messages', async () => {
    await using old = await original();
    await old.migrate();
    await using server = await startServer({ env: old.env });
    await using stack = new AsyncDisposableStack();
    const eve = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());
    const read = async (roomId: string) => {
      await eve.api.rooms.join.mutate({ roomId });
      return wholeHistory(eve, roomId);
    };

    const history = await read(placed);
    expect(history).toMatchObject([
      {
        seq: 1,
        updatedSeq: 1,
        content: 'first',
        timestamp: at(1),
        reactions: [{ emoji: '👍', count: 1, userIds: ['bob'] }],
      },
      { seq: 2, content: '', deleted: true, timestamp: at(2) },
      { seq: 3, content: 'third', timestamp: at(3.25), editedAt: null },
      { seq: 4, content: 'fourth', timestamp: at(3.251), editedAt: at(60) },
    ]);
    expect((await read(squareId)).map(({ content }) => content)).toEqual(['to its text', 'to the ObjectId']);
    expect(await read('library')).toMatchObject([
      { id: idFromBson(early), content: 'with the lower id', username: 'ada' },
      { id: idFromBson(late), content: 'with the higher id', username: 'Ada' },
    ]);

    const sent = await eve.api.messages.send.mutate({ roomId: placed, content: 'fifth' });
    expect(sent).toMatchObject({ seq: 5, updatedSeq: 5 });
    const reacted = { roomId: placed, messageId: history[0]?.id ?? '', emoji: '🎉', on: true };
    expect(await eve.api.messages.react.mutate(reacted)).toMatchObject({ seq: 1, updatedSeq: 6 });
  });

  test('has its rooms with names, times and locations', async () => {
    await using old = await original();
    await old.migrate();
    await using server = await startServer({ env: old.env });
    await using stack = new AsyncDisposableStack();
    const { api } = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());

    expect(await api.rooms.get.query({ roomId: placed })).toMatchObject({
      name: 'Mitte, Berlin',
      createdAt: at(-10),
      lastMessageAt: at(3.251),
    });
    // Its first message is older than its creation time.
    expect(await api.rooms.get.query({ roomId: squareId })).toMatchObject({ name: 'The square', createdAt: at(4) });
    expect(await api.rooms.get.query({ roomId: 'library' })).toMatchObject({ place: null, createdAt: at(7) });
    expect(await api.rooms.get.query({ roomId: 'quiet' })).toMatchObject({ place: null, lastMessageAt: null });
    const near = await api.rooms.nearby.query({ location: { latitude: 52.52, longitude: 13.406 } });
    expect(near.map(({ id }) => id)).toEqual([placed]);
  });
});
