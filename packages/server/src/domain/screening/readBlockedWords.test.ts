import { describe, expect, test } from 'vitest';
import { BlockedWords } from './blockedWords.ts';
import { readBlockedWords } from './readBlockedWords.ts';

async function read(text: string): Promise<BlockedWords> {
  const words = await readBlockedWords(text);
  if (words instanceof BlockedWords) return words;
  throw new Error(words.problems.join('\n'));
}

describe('a list', () => {
  test('has one word or phrase a line, comments, empty lines and any line ends', async () => {
    const words = await read('# English\r\ndarn\n\n  heck of a  # phrase\rnumber#1\n');
    expect(words.size).toBe(3);
    expect(['Darn', 'heck of a', 'number #1', 'English', 'phrase'].map((text) => words.isIn(text))).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
  });

  test('may be empty, and hold 10,000 entries', async () => {
    expect((await read('')).size).toBe(0);
    const lines = Array.from({ length: 10_000 }, (_, index) => `word${index}`);
    expect((await read(lines.join('\n'))).size).toBe(10_000);
    expect(await readBlockedWords([...lines, 'one more'].join('\n'))).toEqual({
      problems: ['line 10001: more than 10000 entries'],
    });
  });

  test('is read without blocking the event loop', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 0);
    await read(Array.from({ length: 10_000 }, (_, index) => `wörd${index} пример${index} next`).join('\n'));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });
});

describe('problems', () => {
  test.each([
    ['dar*', /^line 1: “dar\*” contains “\*”/],
    ['ok\n(darn|heck)', /^line 2: .* contains “\(”/],
    ['d[a4]rn', /contains “\[”/],
    ['x'.repeat(65), /longer than 64 characters/],
    ['...', /has no letter, digit or symbol/],
    ['\u200b', /has no letter, digit or symbol/],
  ])('%j', async (text, problem) => {
    expect(await readBlockedWords(text)).toEqual({ problems: [expect.stringMatching(problem)] });
  });

  test('the first five are listed', async () => {
    expect(await readBlockedWords('a*\n'.repeat(100))).toMatchObject({ problems: { length: 5 } });
  });
});
