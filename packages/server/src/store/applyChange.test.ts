import { EarshotError, type Message } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { applyChange, withPosition } from './applyChange.ts';
import { ReactionSet } from './reactionSet.ts';

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
  reactions: [{ emoji: '👍', count: 1, userIds: ['ben'] }],
};
const tombstone: Message = { ...message, content: '', reactions: [], deleted: true };
const reactions = new ReactionSet({ all: message.reactions, own: new Map() });
const react = (userId: string, emoji: string, on = true) => ({ type: 'react', userId, emoji, on }) as const;

describe('a live message', () => {
  test('is edited', () =>
    expect(applyChange(message, { type: 'edit', content: 'hi' }, { now, reactions })).toEqual({
      ...message,
      content: 'hi',
      editedAt: now,
    }));

  test('stays when edited to the same', () =>
    expect(applyChange(message, { type: 'edit', content: 'hello' }, { now, reactions })).toBeNull());

  test('becomes a tombstone, and loses its reactions', () => {
    const own = new ReactionSet({ all: message.reactions, own: new Map([['ben', ['👍']]]) });
    expect(applyChange(message, { type: 'delete' }, { now, reactions: own })).toEqual(tombstone);
    expect(own.summary).toEqual([]);
    expect(own.change(react('ben', '👍'))).toBe(true);
  });

  test('is reacted to, once', () => {
    const own = new ReactionSet({ all: message.reactions, own: new Map() });
    const reacted = applyChange(message, react('ana', '👍'), { now, reactions: own });
    expect(reacted).toEqual({ ...message, reactions: [{ emoji: '👍', count: 2, userIds: ['ben', 'ana'] }] });
    expect(applyChange(message, react('ana', '👍'), { now, reactions: own })).toBeNull();
  });

  test('gets the position of its change', () =>
    expect(withPosition(message, { seq: 9, time: 3_000 })).toEqual({
      ...message,
      updatedSeq: 9,
      updatedAt: new Date(3_000),
    }));
});

describe('a tombstone', () => {
  test('is deleted once', () => expect(applyChange(tombstone, { type: 'delete' }, { now, reactions })).toBeNull());

  test.each([[{ type: 'edit', content: 'hi' } as const], [react('ben', '👍')], [react('ben', '👍', false)]])(
    'rejects %j',
    (change) =>
      expect(() => applyChange(tombstone, change, { now, reactions })).toThrow(new EarshotError('MESSAGE_DELETED')),
  );
});
