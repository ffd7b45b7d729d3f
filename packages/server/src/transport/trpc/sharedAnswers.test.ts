import { encodePart, transformer } from '@earshot/shared';
import { expect, test } from 'vitest';
import { shareData, shareStart, textOf } from './sharedAnswers.ts';

const data = () => ({ type: 'event', at: new Date(0), list: [{ at: new Date(1), none: undefined }] });

test.each([shareData, shareStart])('the text of shared data is that of other data, for each id', (share) => {
  const shared = share(data());
  for (const id of ['a', 'b', 'b', '"quoted"', 'a'])
    expect(textOf({ id, data: shared })).toBe(textOf({ id, data: data() }));
});

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
