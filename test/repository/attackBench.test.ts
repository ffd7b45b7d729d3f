import { expect, test } from 'vitest';
import { judge, type PhaseFigures } from '../bench/attack/verdict.ts';

/** A hundred sends; two of them, the slowest, take `slowest` ms. */
const phase = (slowest: number, refusals: [string, number][] = []): PhaseFigures => ({
  latencies: [slowest, slowest, ...Array.from({ length: 98 }, () => 1)],
  refusals: new Map(refusals),
  ...{ serverCores: 0.1, machineCores: 0.5 },
});

test.each([
  ['p99 is as long as without', phase(4), phase(4), true],
  ['p99 is half as long again', phase(4), phase(6), true],
  ['p99 is longer', phase(4), phase(6.1), false],
  ['a send was refused', phase(4), phase(4, [['RATE_LIMITED', 1]]), false],
  ['nothing was sent', phase(4), { ...phase(4), latencies: [] }, false],
])('the verdict of the benchmark of attacks: %s', (_case, quiet, attacked, isMet) => {
  const verdict = judge(quiet, attacked);
  expect(verdict.isMet).toBe(isMet);
  expect(verdict.lines.at(-1)).toBe(`target: p99 ratio at most 1.5, no send refused: ${isMet ? 'met' : 'missed'}`);
  expect(verdict.lines[0]).toMatch(/^p50 of a send: 1\.0 ms without/);
});
