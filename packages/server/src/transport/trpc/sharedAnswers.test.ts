import { encodePart, type Message, transformer } from '@earshot/shared';
import { expect, test } from 'vitest';
import { shareCreated, shareData, shareStart, textOf } from './sharedAnswers.ts';

const data = () => ({ type: 'event', at: new Date(0), list: [{ at: new Date(1), none: undefined }] });

test.each([shareData, shareStart])('the text of shared data is that of other data, for each id', (share) => {
  const shared = share(data());
  for (const id of ['a', 'b', 'b', '"quoted"', 'a'])
    expect(textOf({ id, data: shared })).toBe(textOf({ id, data: data() }));
});

test.each(['before it is published', 'after'])(
  'the events of one message are the same, with the same text: %s',
  (when) => {
    const message: Message = {
      ...{ id: 'm', roomId: 'r', seq: 1, updatedSeq: 1, userId: 'ada', username: 'Ada', content: 'a "b" ü' },
      ...{ timestamp: new Date(0), editedAt: null, deleted: false, reactions: [] },
    };
    const event = () => ({ type: 'message.created' as const, message });
    if (when === 'after') encodePart(message);
    const shared = shareCreated(event());
    expect(shareCreated(event())).toBe(shared);
    expect(shareCreated({ type: 'message.created', message: { ...message } })).not.toBe(shared);
    for (const id of ['1-a', '1-a', '1-b']) {
      const text = JSON.stringify(transformer.output.serialize({ id, data: event() }));
      expect(textOf({ id, data: shared })).toBe(text);
    }
  },
);

test('the text of a published message, and of its event, is that of others', () => {
  const message = {
    id: 'm',
    seq: 1,
    content: 'a "b" \u2028 \ud800 ü',
    timestamp: new Date(0),
    editedAt: null,
    reactions: [],
  };
  const values = (one: object) => [
    one,
    { id: '1-a', data: { type: 'message.created', message: one } },
    { id: '1-a', data: { type: 'message.updated', message: one } },
    { id: '1-a', data: { type: 'message.created', message: { ...one } } },
    { id: '1-a', data: { type: 'message.created', message: 'text' } },
    { id: '1-a', data: null },
  ];
  const expected = values(message).map((value) => JSON.stringify(transformer.output.serialize(value)));
  expect(values(message).map(textOf)).toEqual(expected);
  encodePart(message);
  expect(values(message).map(textOf)).toEqual(expected);
});
