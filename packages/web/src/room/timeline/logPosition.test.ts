import { expect, test } from 'vitest';
import { formatPosition, logStart, parsePosition } from './logPosition.ts';

test('a position, or a number alone, is formatted and parsed back; nothing else is parsed', () => {
  for (const position of [logStart, { seq: 10, time: 1_773_136_800_000 }, { seq: 7, time: null }]) {
    expect(parsePosition(formatPosition(position))).toEqual(position);
  }
  for (const text of ['', '-1', '1 ', '1 2 3', 'NaN', ' 7']) expect(parsePosition(text)).toBeNull();
});
