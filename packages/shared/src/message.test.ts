import { describe, expect, test } from 'vitest';
import { limits } from './limits.ts';
import {
  editInput,
  historyInput,
  historyPageSchema,
  messageSchema,
  ownReactionsInput,
  reactInput,
  sendInput,
} from './message.ts';
import { idToExtendedJson } from './wire.ts';

const id = '0123456789abcdef01234567';
const roomId = 'here';

describe('sendInput', () => {
  test('cleans the content and keeps the other fields', () => {
    expect(sendInput.parse({ roomId, content: ' hi\r\n', clientMessageId: 'c1' })).toEqual({
      roomId,
      content: 'hi',
      clientMessageId: 'c1',
    });
  });

  test.each([
    [{ content: 'hi' }, 'roomId'],
    [{ roomId: '', content: 'hi' }, 'roomId'],
    [{ roomId: { $gt: '' }, content: 'hi' }, 'roomId'],
    [{ roomId: 'x'.repeat(limits.roomIdChars + 1), content: 'hi' }, 'roomId'],
    [{ roomId }, 'content'],
    [{ roomId, content: '  ' }, 'content'],
    [{ roomId, content: ['hi'] }, 'content'],
    [{ roomId, content: 'a\ud800' }, 'content'],
    [{ roomId, content: 'hi', clientMessageId: '' }, 'clientMessageId'],
    [{ roomId, content: 'hi', clientMessageId: null }, 'clientMessageId'],
    [{ roomId, content: 'hi', clientMessageId: 'x'.repeat(limits.clientMessageIdChars + 1) }, 'clientMessageId'],
  ])('%j is rejected because of its %s', (input, field) => {
    const issues = sendInput.safeParse(input).error?.issues ?? [];
    expect(issues.map((issue) => issue.path[0])).toEqual([field]);
  });

  test('drops unknown fields', () => {
    const input = JSON.parse('{"roomId":"here","content":"hi","userId":"mallory","__proto__":{"admin":true}}');
    const parsed = sendInput.parse(input);
    expect(Object.keys(parsed)).toEqual(['roomId', 'content']);
    expect('admin' in parsed).toBe(false);
  });
});

describe('references to a message', () => {
  test.each(['', 'x', id.toUpperCase(), `${id}0`, id.slice(1), 7, null, idToExtendedJson(id)])(
    'messageId %j is rejected',
    (messageId) => {
      expect(editInput.safeParse({ roomId, messageId, content: 'hi' }).success).toBe(false);
      expect(reactInput.safeParse({ roomId, messageId, emoji: '👍', on: true }).success).toBe(false);
    },
  );

  test('the `on` of a reaction must be a boolean', () => {
    expect(reactInput.safeParse({ roomId, messageId: id, emoji: '👍', on: false }).success).toBe(true);
    expect(reactInput.safeParse({ roomId, messageId: id, emoji: '👍', on: 'false' }).success).toBe(false);
  });
});

test('the content of an edit is required and cleaned', () => {
  expect(editInput.parse({ roomId, messageId: id, content: ' hi ' })).toEqual({ roomId, messageId: id, content: 'hi' });
  expect(editInput.safeParse({ roomId, messageId: id }).success).toBe(false);
});

describe('ownReactionsInput', () => {
  const most = Array.from({ length: limits.ownReactionsMax }, () => id);

  test.each([[[id]], [most]])('accepts %j', (messageIds) => {
    expect(ownReactionsInput.parse({ roomId, messageIds })).toEqual({ roomId, messageIds });
  });

  test.each([[[]], [[...most, id]], [[id, 'x']], [['x', id]], [id], [{ length: 1, 0: id }], [undefined]])(
    'rejects %j with one issue',
    (messageIds) => {
      const issues = ownReactionsInput.safeParse({ roomId, messageIds }).error?.issues ?? [];
      expect(issues.map(({ path }) => path)).toEqual([['messageIds']]);
    },
  );

  test('needs a room', () => expect(ownReactionsInput.safeParse({ messageIds: [id] }).success).toBe(false));
});

describe('historyInput', () => {
  test('has a default of 50', () => expect(historyInput.parse({ roomId })).toEqual({ roomId, limit: 50 }));

  test.each([{ before: 1 }, { after: 0 }, { after: 7, limit: 1 }, { before: 9, limit: 100 }])('accepts %j', (page) =>
    expect(historyInput.parse({ roomId, ...page })).toMatchObject(page),
  );

  test.each([
    { before: 0 },
    { before: 1.5 },
    { before: Number.NaN },
    { before: Number.MAX_SAFE_INTEGER + 1 },
    { before: '3' },
    { after: -1 },
    { before: 5, after: 2 },
    { limit: 0 },
    { limit: 101 },
    { limit: Number.POSITIVE_INFINITY },
  ])('rejects %j', (page) => expect(historyInput.safeParse({ roomId, ...page }).success).toBe(false));
});

const message = {
  ...{ id, roomId, seq: 1, updatedSeq: 1, userId: 'u', username: 'U', content: '' },
  ...{ timestamp: new Date(0), editedAt: null, deleted: true, reactions: [] },
};

test('messageSchema keeps the reactions, and rejects impossible ones', () => {
  const reaction = { emoji: '👍', count: 2, userIds: ['u', 'v'] };
  const reacted = { ...message, reactions: [reaction] };
  expect(messageSchema.parse(reacted)).toEqual(reacted);
  for (const wrong of [{ count: -1 }, { count: 0.5 }, { emoji: 1 }, { userIds: 'u' }]) {
    expect(messageSchema.safeParse({ ...message, reactions: [{ ...reaction, ...wrong }] }).success).toBe(false);
  }
});

test('historyPageSchema keeps messages and hasMore, and needs both', () => {
  const page = { messages: [message], hasMore: true };
  expect(historyPageSchema.parse(page)).toEqual(page);
  for (const wrong of [{ messages: [message] }, { hasMore: true }, { messages: [{}], hasMore: true }]) {
    expect(historyPageSchema.safeParse(wrong).success).toBe(false);
  }
});

test('messageSchema requires valid Dates', () => {
  expect(messageSchema.parse(message)).toEqual(message);
  expect(messageSchema.safeParse({ ...message, timestamp: '1970-01-01T00:00:00Z' }).success).toBe(false);
  expect(messageSchema.safeParse({ ...message, timestamp: new Date(Number.NaN) }).success).toBe(false);
  expect(messageSchema.safeParse({ ...message, seq: 0 }).success).toBe(false);
});
