import { expect, test } from 'vitest';
import { formatReadMarker, logStart, parseReadMarker } from './readMarker.ts';

test('a marker, or a number alone, is formatted and parsed back; nothing else is parsed', () => {
  for (const marker of [logStart, { seq: 10, time: 1_773_136_800_000 }, { seq: 7, time: null }]) {
    expect(parseReadMarker(formatReadMarker(marker))).toEqual(marker);
  }
  for (const text of ['', '-1', '1 ', '1 2 3', 'NaN', ' 7']) expect(parseReadMarker(text)).toBeNull();
});
