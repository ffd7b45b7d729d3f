import { expect, test } from 'vitest';
import { shareData, textOf } from './sharedAnswers.ts';

const data = () => ({ type: 'event', at: new Date(0), list: [{ at: new Date(1), none: undefined }] });

test('the text of shared data is that of other data, for each id', () => {
  const shared = shareData(data());
  for (const id of ['a', 'b', 'b', '"quoted"', 'a'])
    expect(textOf({ id, data: shared })).toBe(textOf({ id, data: data() }));
});
