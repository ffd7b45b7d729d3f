import { expect, test } from 'vitest';
import { createProgressLine } from './progressLine.ts';

function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

test('on a terminal one line is overwritten, at most ten times a second, and erased before other output', () => {
  const out = stream(true);
  let now = 0;
  const line = createProgressLine(out, () => now);
  line.clear();
  line.show('1 %');
  now = 99;
  line.show('2 %');
  now = 100;
  line.show('3 %');
  line.clear();
  line.clear();
  expect(out.written).toEqual(['\r\x1b[2K1 %', '\r\x1b[2K3 %', '\r\x1b[2K']);
});

test('elsewhere a new line is written at most every five seconds', () => {
  const out = stream(false);
  let now = 0;
  const line = createProgressLine(out, () => now);
  for (; now <= 10_000; now += 1_000) line.show(`${now / 1_000}`);
  line.clear();
  expect(out.written).toEqual(['0\n', '5\n', '10\n']);
});
