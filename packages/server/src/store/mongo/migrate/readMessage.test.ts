import { idFromBson, newId } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { readMessage, timeFrom } from './readMessage.ts';

const _id = new ObjectId(newId());
const timestamp = new Date('2025-07-07T12:16:56.782Z');
const original = { _id, room_id: '40.7128_-74.0060', user_id: 'ada', username: 'Ada', content: 'hello', timestamp };
const read = (matters: Record<string, unknown>) => readMessage({ ...original, ...matters });

test('a message with the required fields only', () => {
  expect(readMessage(original)).toEqual({ message: { ...original, edited_at: null, deleted: false, reactions: [] } });
});

test('a message with every field', () => {
  const reactions = [
    { user_id: 'bob', emoji: '👍' },
    { user_id: 'bob', emoji: '🎉' },
  ];
  const edited_at = new Date('2025-07-07T12:20:00Z');
  expect(read({ edited_at: edited_at.toISOString(), deleted: false, reactions, settings: {} })).toEqual({
    message: { ...original, edited_at, deleted: false, reactions },
  });
});

describe('different forms written by the original service become one', () => {
  test.each([
    ['2025-07-07T12:16:56.782Z'],
    ['2025-07-07T12:16:56.782999999Z'],
    ['2025-07-07T12:16:56.782+00:00'],
    ['2025-07-07T17:46:56.782+05:30'],
    ['2025-07-07t12:16:56.782z'],
    [new Date(timestamp)],
  ])('the time %s', (written) => expect(read({ timestamp: written })).toMatchObject({ message: { timestamp } }));

  test('ids of rooms and users as ObjectIds', () => {
    const [room, user] = [new ObjectId(newId()), new ObjectId(newId())];
    expect(read({ room_id: room, user_id: user, reactions: [{ user_id: user, emoji: '👍' }] })).toMatchObject({
      message: {
        room_id: idFromBson(room),
        user_id: idFromBson(user),
        reactions: [{ user_id: idFromBson(user), emoji: '👍' }],
      },
    });
  });

  test('null for missing fields', () => {
    expect(read({ edited_at: null, deleted: null, reactions: null })).toEqual(readMessage(original));
  });

  test.each([[undefined], [null], [''], ['\u200b']])(
    'a user with the username %j gets the id as the name',
    (username) => {
      expect(read({ username })).toMatchObject({ message: { username: 'ada' } });
    },
  );

  test('a reaction given twice', () => {
    const one = { user_id: 'bob', emoji: '👍' };
    expect(read({ reactions: [one, one] })).toMatchObject({ message: { reactions: [one] } });
  });
});

test('texts are cleaned like those of new messages, whatever their length', () => {
  const long = 'x'.repeat(10_000);
  expect(read({ content: `a\u001b[2Jb\r\n${long}`, username: `A\u0007da\u202e ${long}` })).toMatchObject({
    message: { content: `a[2Jb\n${long}`, username: `Ada ${long}` },
  });
  expect(read({ content: '\u0007 ' })).toMatchObject({ message: { content: '' } });
});

test.each([['gone'], [null], [undefined]])('a deleted message with the content %j is a tombstone', (content) => {
  const deleted = { deleted: true, content, reactions: [{ user_id: 'bob', emoji: '👍' }] };
  expect(read(deleted)).toEqual({
    message: { ...original, content: '', edited_at: null, deleted: true, reactions: [] },
  });
});

describe('an error names the field, never its value', () => {
  test.each([
    [{ _id: 'secret' }, '_id is not an ObjectId'],
    [{ room_id: undefined }, 'room_id is missing'],
    [{ room_id: null }, 'room_id is not text'],
    [{ room_id: '' }, 'room_id must not be empty'],
    [{ room_id: 'secret'.repeat(30) }, 'room_id must be at most 128 characters'],
    [{ user_id: undefined }, 'user_id is missing'],
    [{ user_id: 7 }, 'user_id is not text'],
    [{ username: { first: 'secret' } }, 'username is not text'],
    [{ content: undefined }, 'content is missing'],
    [{ content: null }, 'content is missing'],
    [{ content: ['secret'] }, 'content is not text'],
    [{ timestamp: undefined }, 'timestamp is missing'],
    [{ timestamp: 1_751_890_616_782 }, 'timestamp is not a time'],
    [{ timestamp: 'secret' }, 'timestamp is not a time'],
    [{ timestamp: '2025-02-30T00:00:00Z' }, 'timestamp is not a time'],
    [{ timestamp: new Date(Number.NaN) }, 'timestamp is not a time'],
    [{ timestamp: new Date(8.64e15) }, 'timestamp is not in the years 0 to 9999'],
    [{ timestamp: new Date(-8.64e15) }, 'timestamp is not in the years 0 to 9999'],
    [{ timestamp: '0000-01-01T00:00:00+01:00' }, 'timestamp is not a time'],
    [{ edited_at: new Date('+010000-01-01T00:00:00Z') }, 'edited_at is not in the years 0 to 9999'],
    [{ edited_at: 'secret' }, 'edited_at is not a time'],
    [{ deleted: 'secret' }, 'deleted is not true or false'],
    [{ reactions: 'secret' }, 'reactions is not a list'],
    [{ reactions: ['secret'] }, 'reactions.0 is not a reaction'],
    [{ reactions: [{ user_id: 'bob' }] }, 'reactions.0.emoji is missing'],
    [{ content: 7, timestamp: null }, 'content is not text, timestamp is not a time'],
  ])('%j: %s', (matters, reason) => expect(read(matters)).toEqual({ reason }));

  test.each([[null], ['secret'], [{}]])('an invalid document as a whole: %j', (document) => {
    expect(readMessage(document)).toEqual({ reason: expect.not.stringContaining('secret') });
  });
});

test('invalid times', () => {
  for (const value of [undefined, null, '', 0, {}, '12:16', '2025-07-07']) expect(timeFrom(value)).toBeNull();
});

test('the first and the last time that RFC 3339 can express', () => {
  for (const text of ['0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    expect(timeFrom(new Date(text))).toEqual(new Date(text));
    expect(timeFrom(text)).toEqual(new Date(text));
  }
});
