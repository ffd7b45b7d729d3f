import { encodeAround, encodeWire } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BrokerEvent, decodeEnvelope, encodeEnvelope, isChange } from './envelope.ts';
import { ModelStore } from './testModel.ts';

const user = { userId: 'ann', username: 'Ann' };
const change = new ModelStore().append('room', 'héllo 👋');

const events: BrokerEvent[] = [
  change,
  { type: 'message.updated', message: { ...change.message, editedAt: new Date(5), clientMessageId: 'c1' } },
  { type: 'user.joined', user, userCount: 2 },
  { type: 'user.left', user, userCount: 0 },
  { type: 'presence', userCount: 101 },
  { type: 'typing', user, isTyping: false },
  { type: 'member.left', userId: 'ann' },
];

test('only events that change a message are changes', () => {
  expect(events.filter(isChange)).toEqual(events.filter(({ type }) => type.startsWith('message.')));
});

test.each(events)('$type survives a round trip', (event) => {
  expect(decodeEnvelope(encodeEnvelope(event, 'c-1'))).toEqual({ event, fromConnectionId: 'c-1' });
});

test('any text survives a round trip', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (content) => {
      const event = { ...change, message: { ...change.message, content } };
      expect(decodeEnvelope(encodeEnvelope(event, ''))).toEqual({ event, fromConnectionId: '' });
    }),
  );
});

describe('the JSON of a new message from another instance', () => {
  const root = { before: '', after: '', path: '' };
  const textAfter = (payload: string) => {
    const { event } = decodeEnvelope(payload);
    if (!isChange(event)) throw new TypeError('no change');
    return { text: encodeAround(event.message, root), own: encodeWire(event.message) };
  };
  const payload = encodeEnvelope(change, 'a "quoted" id');

  test('is used for its watchers here', () => {
    const { text, own } = textAfter(payload);
    expect(text).toBe(own);
    expect(text).toContain('héllo 👋');
  });

  const reactions = [{ emoji: '👍', count: 1, userIds: ['ben'] }];
  test.each([
    ['a field of another version', payload.replace('"content":', '"secret":1,"content":')],
    ['a field of the event', payload.replace('},"meta"', ',"secret":1},"meta"')],
    ['a nested object', encodeEnvelope({ ...change, message: { ...change.message, reactions } }, 'c-1')],
    ['another form of the payload', JSON.stringify(JSON.parse(payload), null, 1)],
    ['another date', encodeEnvelope({ ...change, message: { ...change.message, editedAt: new Date(5) } }, 'c-1')],
  ])('is not used with %s', (_, other) => {
    expect(textAfter(other).text).toBeUndefined();
  });
});

test('the payload has the documented form for other readers of the channel', () => {
  const payload = JSON.parse(encodeEnvelope({ type: 'message.created', message: change.message }, 'c-1'));
  expect(payload).toEqual({
    from_socket_id: 'c-1',
    message: {
      json: {
        type: 'message.created',
        message: { ...change.message, timestamp: change.message.timestamp.toISOString() },
      },
      meta: expect.objectContaining({ values: { 'message.timestamp': ['Date'] } }),
    },
  });
});

describe('any other payload is rejected', () => {
  const json = (value: unknown) => JSON.stringify(value);
  const wrap = (event: unknown) => json({ from_socket_id: '', message: { json: event } });
  test.each([
    ['no JSON', 'Guten Tag'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no sender', json({ message: { json: { type: 'presence', userCount: 1 } } })],
    ['no message', json({ from_socket_id: '' })],
    ['a message not in superjson form', json({ from_socket_id: '', message: { type: 'presence', userCount: 1 } })],
    ['an unknown type', wrap({ type: 'shutdown' })],
    ['a start, which no broker carries', wrap({ type: 'snapshot', room: {}, messages: [], userCount: 0 })],
    ['a missing field', wrap({ type: 'presence' })],
    ['a field of the wrong type', wrap({ type: 'member.left', userId: { $gt: '' } })],
    ['a number out of range', wrap({ ...change, message: { ...change.message, updatedSeq: 0 } })],
    ['a time as text', wrap({ ...change, message: { ...change.message, timestamp: '2024-01-01T00:00:00Z' } })],
    [
      'unreadable superjson',
      json({ from_socket_id: '', message: { json: {}, meta: { values: { '__proto__.x': ['Date'] } } } }),
    ],
  ])('%s', (_, payload) => {
    expect(() => decodeEnvelope(payload)).toThrow();
  });

  test('with the reason', () => {
    expect(() => decodeEnvelope('{')).toThrow(new TypeError('the payload is not JSON'));
    for (const message of [null, 'text', {}])
      expect(() => decodeEnvelope(json({ from_socket_id: '', message }))).toThrow(/"path": \[\s*"message"\s*\]/);
  });

  test('without quoting user content', () => {
    const secrets = ['{"content": "my secret"', wrap({ ...change, message: { content: 'my secret' } })];
    for (const payload of secrets) {
      try {
        decodeEnvelope(payload);
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain('secret');
      }
    }
  });
});
