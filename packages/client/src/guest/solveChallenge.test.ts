import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from './sha256.ts';
import { solveChallenge } from './solveChallenge.ts';

const expected = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const hex = (words: Int32Array) => Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

describe('sha256', () => {
  test('equals that of Node.js for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (data) => hex(sha256(data)) === expected(data)));
  });

  test.each([0, 55, 56, 63, 64, 119, 120])('%i bytes', (length) => {
    const data = new Uint8Array(length).fill(97);
    expect(hex(sha256(data))).toBe(expected(data));
  });
});

describe('solveChallenge', () => {
  test.each([0, 1, 7, 8, 12])('finds a solution of %i bits', async (bits) => {
    const solution = await solveChallenge({ challenge: 'any text', bits });
    const digest = createHash('sha256').update(`any text:${solution}`).digest();
    expect(digest.readUInt32BE() >>> (32 - bits) === 0 || bits === 0).toBe(true);
  });

  test('reports progress, lets other work run meanwhile, and stops when it is aborted', async () => {
    const controller = new AbortController();
    const parts: number[] = [];
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    });
    const onProgress = (part: number) => {
      parts.push(part);
      if (ticks > 2 && parts.length > 2) controller.abort(new Error('stopped'));
    };
    const solving = solveChallenge({ challenge: 'x', bits: 32 }, { onProgress, signal: controller.signal });
    await expect(solving).rejects.toThrow('stopped');
    clearInterval(timer);
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  });
});
