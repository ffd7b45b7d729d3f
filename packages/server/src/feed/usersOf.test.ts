import { expect, test } from 'vitest';
import type { BrokerEvent } from './envelope.ts';
import { changeOf } from './testFanOut.ts';
import { addUsersOf, intersect } from './usersOf.ts';

const usersOf = (event: BrokerEvent) => {
  const userIds = new Set<string>();
  addUsersOf(event, userIds);
  return [...userIds];
};
const { message } = changeOf(9);
const reactions = [
  { emoji: '👍', count: 2, userIds: ['bob', 'cid'] },
  { emoji: '👎', count: 1, userIds: ['bob'] },
];
const user = { userId: 'eve', username: 'Eve' };

test('the users of a change: its author, those who reacted, and the one who withdrew a reaction', () => {
  expect(usersOf({ type: 'message.created', message })).toEqual(['ann']);
  const reacted = { userId: 'dan', emoji: '👍', on: false };
  const change = { type: 'message.updated', message: { ...message, reactions }, reacted } as const;
  expect(usersOf(change)).toEqual(['ann', 'bob', 'cid', 'dan']);
});

test('the user of an ephemeral event', () => {
  expect(usersOf({ type: 'typing', user, isTyping: true })).toEqual(['eve']);
  expect(usersOf({ type: 'user.joined', user, userCount: 2 })).toEqual(['eve']);
  expect(usersOf({ type: 'user.renamed', user, formerName: 'Eva' })).toEqual(['eve']);
  expect(usersOf({ type: 'presence', userCount: 2 })).toEqual([]);
  expect(usersOf({ type: 'member.left', userId: 'eve' })).toEqual([]);
});

test('two sets intersect if they have an element in common, whichever is larger', () => {
  const [few, many] = [new Set(['a']), new Set(['a', 'b', 'c'])];
  expect([intersect(few, many), intersect(many, few), intersect(many, many)]).toEqual([true, true, true]);
  expect([intersect(new Set(), many), intersect(new Set(['d']), many)]).toEqual([false, false]);
});

test('the smaller set is read: a batch with a single author costs one look-up, however many users are hidden', () => {
  const many = new Set(Array.from({ length: 1_000 }, (_, n) => String(n)));
  many[Symbol.iterator] = () => {
    throw new Error('read');
  };
  expect(intersect(new Set(['eve']), many)).toBe(false);
  expect(intersect(many, new Set(['7']))).toBe(true);
});
