import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import { headSeqs, storeDrivers } from '../resources/stores.ts';

/** Text with a special meaning for a database, a language or a format. */
const specialTexts = [
  '{"$gt":""}',
  '$where',
  '$content',
  '$$ROOT',
  'a.b.$[].c',
  '.',
  '__proto__',
  'constructor',
  'toString',
  "'; DROP TABLE messages; --",
  '%_',
  '?1',
  '\u0000',
  'a\u0000b',
  'null',
  'undefined',
  '0',
  '-1',
  '0123456789abcdef01234567',
  '0123456789ABCDEF01234567',
  '{}:*',
  'Å',
  'A\u030a',
  '\ufeff',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  ' ',
  ' lead and trail ',
  'x'.repeat(128),
];

describe.each(storeDrivers)('$driver: text', ({ newSite }) => {
  test('with a special meaning elsewhere is plain text here, as an id and as content', async () => {
    await using site = await newSite();
    const store = await site.open();
    const writeAs = async (text: string) => {
      const { room, isNew } = await store.namedRoom({ roomId: text, name: text, cell: null, createdBy: text });
      expect([room.id, room.name, isNew]).toEqual([text, text, true]);
      const user = { userId: text, username: text };
      expect(await store.addMember(text, user)).toBe(true);
      await store.saveLocation(user, cellOf({ latitude: 1, longitude: 2 }), new Date(3));
      const { message } = await store.append({ roomId: text, ...user, content: text, clientMessageId: text });
      const target = { roomId: text, messageId: message.id };
      const reaction = { userId: text, emoji: text };
      await store.change(target, { type: 'react', ...reaction, on: true });
      await store.change(target, { type: 'edit', content: `${text}.` });
      expect(await store.message(target)).toMatchObject({
        roomId: text,
        ...user,
        content: `${text}.`,
        clientMessageId: text,
        updatedSeq: 3,
        reactions: [{ emoji: text, count: 1, userIds: [text] }],
      });
      expect(await store.append({ roomId: text, ...user, content: 'x', clientMessageId: text })).toMatchObject({
        isNew: false,
        message: { id: message.id },
      });
    };
    await Promise.all(specialTexts.map(writeAs));
    // None matched another.
    expect(await headSeqs(store, specialTexts)).toEqual(new Map(specialTexts.map((text) => [text, 3])));
    const readAndLeave = async (text: string) => {
      expect((await store.history(text, { limit: 9 })).messages).toHaveLength(1);
      expect(await store.isMember(text, text)).toBe(true);
      expect(await store.isMember(text, `${text}\u0000`)).toBe(false);
      expect(await store.location(text)).toEqual({ cell: cellOf({ latitude: 1, longitude: 2 }), at: new Date(3) });
      expect(await store.removeMember(text, text)).toBe(true);
    };
    await Promise.all(specialTexts.map(readAndLeave));
  });

  test('of any kind is returned unchanged', async () => {
    await using site = await newSite();
    const store = await site.open();
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ userId: text, username: text, content: text }), { maxLength: 8 }),
        async (all) => {
          const sent = await Promise.all(all.map((one) => store.append({ roomId: 'plaza', ...one })));
          expect(sent.map(({ message }) => message)).toMatchObject(all);
          const read = await Promise.all(
            sent.map(({ message }) => store.message({ roomId: 'plaza', messageId: message.id })),
          );
          expect(read).toStrictEqual(sent.map(({ message }) => message));
        },
      ),
      { numRuns: fc.readConfigureGlobal().numRuns ?? 25 },
    );
  });
});
