import { EarshotError, limits, type Message } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyChange } from './applyChange.ts';

const sentAt = new Date(1_000);
const now = new Date(2_000);
const message: Message = {
  id: '0123456789abcdef01234567',
  roomId: 'plaza',
  seq: 3,
  updatedSeq: 5,
  userId: 'ana',
  username: 'Ana',
  content: 'hello',
  timestamp: sentAt,
  editedAt: null,
  deleted: false,
  reactions: [{ userId: 'ben', emoji: '👍' }],
};
const tombstone: Message = { ...message, content: '', reactions: [], deleted: true };
const react = (userId: string, emoji: string, on = true) => ({ type: 'react', userId, emoji, on }) as const;

describe('a live message', () => {
  test('is edited', () =>
    expect(applyChange(message, { type: 'edit', content: 'hi' }, now)).toEqual({
      ...message,
      content: 'hi',
      editedAt: now,
    }));

  test('stays when edited to the same', () =>
    expect(applyChange(message, { type: 'edit', content: 'hello' }, now)).toBeNull());

  test('becomes a tombstone', () => expect(applyChange(message, { type: 'delete' }, now)).toEqual(tombstone));

  test('takes a reaction of each user and emoji once', () => {
    expect(applyChange(message, react('ben', '👍'), now)).toBeNull();
    expect(applyChange(message, react('ben', '🎉'), now)?.reactions).toHaveLength(2);
    expect(applyChange(message, react('eve', '👍'), now)?.reactions).toHaveLength(2);
  });

  test('gives back a reaction that is there, and only that', () => {
    expect(applyChange(message, react('ben', '👍', false), now)?.reactions).toEqual([]);
    expect(applyChange(message, react('eve', '👍', false), now)).toBeNull();
  });

  test('holds so many reactions and no more', () => {
    const reactions = Array.from({ length: limits.reactionsPerMessage }, (_, n) => ({ userId: `u${n}`, emoji: '👍' }));
    const full = { ...message, reactions };
    expect(() => applyChange(full, react('ben', '👍'), now)).toThrow(new EarshotError('TOO_MANY_REACTIONS'));
    expect(applyChange(full, react('u7', '👍'), now)).toBeNull();
    expect(applyChange(full, react('u7', '👍', false), now)?.reactions).toHaveLength(limits.reactionsPerMessage - 1);
  });
});

describe('a tombstone', () => {
  test('is deleted once', () => expect(applyChange(tombstone, { type: 'delete' }, now)).toBeNull());

  test.each([[{ type: 'edit', content: 'hi' } as const], [react('ben', '👍')], [react('ben', '👍', false)]])(
    'refuses %j',
    (change) => expect(() => applyChange(tombstone, change, now)).toThrow(new EarshotError('MESSAGE_DELETED')),
  );
});

test('reactions are a set, whatever is done in whatever order', () => {
  const user = fc.constantFrom('ana', 'ben', 'a|b', '__proto__');
  const step = fc.tuple(user, fc.constantFrom('👍', '🎉'), fc.boolean());
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const model = new Set<string>();
      let current: Message = { ...message, reactions: [] };
      for (const [userId, emoji, on] of steps) {
        const key = JSON.stringify([userId, emoji]);
        const next = applyChange(current, react(userId, emoji, on), now);
        expect(next !== null).toBe(model.has(key) !== on);
        if (on) model.add(key);
        else model.delete(key);
        current = next ?? current;
      }
      const kept = current.reactions.map(({ userId, emoji }) => JSON.stringify([userId, emoji]));
      expect(kept.sort()).toEqual([...model].sort());
    }),
  );
});
