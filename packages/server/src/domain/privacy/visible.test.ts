import { newId } from '@earshot/shared';
import { expect, test } from 'vitest';
import type { ChangeEvent } from '../../feed/envelope.ts';
import { noSettings } from '../../store/privacy.ts';
import { UserPrivacy } from './userPrivacy.ts';
import { isOutdated, visibleChange, visibleEvent, visibleMessage, visibleMessages } from './visible.ts';

const privacy = (...blocked: string[]) => {
  const ada = new UserPrivacy('ada');
  ada.update({
    ...noSettings,
    version: '1',
    changedAt: 50,
    blocked: blocked.map((userId) => ({ userId, username: null })),
  });
  return ada;
};
const ada = privacy('bob');

const message = (userId: string, reactions: [emoji: string, count: number, ...userIds: string[]][] = []) => ({
  ...{ id: newId(), roomId: 'room', seq: 1, updatedSeq: 2, userId, username: userId, content: 'hello' },
  ...{ timestamp: new Date(1), editedAt: null, deleted: false },
  reactions: reactions.map(([emoji, count, ...userIds]) => ({ emoji, count, userIds })),
});
const updated = (
  of: ReturnType<typeof message>,
  reacted?: { userId: string; emoji: string; on: boolean },
): ChangeEvent => ({
  type: 'message.updated',
  message: of,
  ...(reacted && { reacted }),
});
const user = (userId: string) => ({ userId, username: userId });

test('an event without anything of a blocked user stays the same object', () => {
  const event = updated(message('eve', [['👍', 2, 'eve', 'ada']]), { userId: 'eve', emoji: '👍', on: true });
  expect(visibleEvent(ada, event)).toBe(event);
  expect(visibleMessage(ada, event.message)).toBe(event.message);
  const messages = [message('eve'), message('ada')];
  expect(visibleMessages(ada, messages)).toBe(messages);
  const typing = { type: 'typing', user: user('eve'), isTyping: true } as const;
  expect(visibleEvent(ada, typing)).toBe(typing);
  const ofBob = updated(message('bob'));
  expect(visibleEvent(privacy(), ofBob)).toBe(ofBob);
});

test('messages of blocked users, their reactions and their typing are left out', () => {
  expect(visibleMessage(ada, message('bob'))).toBeNull();
  expect(visibleMessages(ada, [message('bob')])).toEqual([]);
  expect(visibleEvent(ada, { type: 'message.created', message: message('bob') })).toBeNull();
  expect(visibleEvent(ada, updated(message('bob'), { userId: 'eve', emoji: '👍', on: true }))).toBeNull();
  expect(visibleEvent(ada, updated(message('eve'), { userId: 'bob', emoji: '👍', on: false }))).toBeNull();
  expect(visibleEvent(ada, { type: 'typing', user: user('bob'), isTyping: true })).toBeNull();
});

test('joins and leaves of blocked users are counted, not named', () => {
  const count = { type: 'presence', userCount: 3 };
  expect(visibleEvent(ada, { type: 'user.joined', user: user('bob'), userCount: 3 })).toEqual(count);
  expect(visibleEvent(ada, { type: 'user.left', user: user('bob'), userCount: 3 })).toEqual(count);
});

test('among the reactions of others, those of blocked users are neither listed nor counted', () => {
  const reacted = { userId: 'eve', emoji: '👍', on: true };
  const event = updated(
    message('eve', [
      ['👎', 1, 'bob'],
      ['👍', 30, 'bob', 'eve'],
    ]),
    reacted,
  );
  expect(visibleChange(ada, event)).toEqual({
    ...{ type: 'message.updated', reacted },
    message: { ...event.message, reactions: [{ emoji: '👍', count: 29, userIds: ['eve'] }] },
  });
});

test('a reaction among the maximum number of emoji is sent with the whole message', () => {
  const emoji = Array.from({ length: 20 }, (_, n): [string, number, string] => [`${n}`, 1, 'bob']);
  const event = updated(message('eve', emoji), { userId: 'eve', emoji: 'x', on: false });
  expect(visibleChange(ada, event)).toEqual({ type: 'message.updated', message: { ...event.message, reactions: [] } });
});

test('the title that a blocked user gave to a room is visible', () => {
  const record = { ...message('bob'), description: { name: 'Club', title: 'Club', topic: null } };
  const event: ChangeEvent = { type: 'message.updated', message: record };
  expect(visibleEvent(ada, event)).toBe(event);
});

test('a position is outdated if the settings changed after it', () => {
  const outdated = [{ seq: 1, time: 49 }, { seq: 1, time: 50 }, { seq: 1, time: null }, undefined].map((after) =>
    isOutdated(ada, after),
  );
  expect(outdated).toEqual([true, false, true, false]);
  expect(isOutdated(new UserPrivacy('eve'), { seq: 1, time: null })).toBe(false);
});
