import { describe, expect, test } from 'vitest';
import { falseAlarmBound, roundsToFail } from '../bench/compare/falseAlarms.ts';
import { differences } from '../bench/compare/verdict.ts';
import { readOptions } from '../bench/options.ts';

const roundsOf = (...args: string[]) => readOptions(args)?.rounds;

describe('bench --compare --fail', () => {
  test('has as many rounds as the number of cases needs', () => {
    expect(roundsOf('paced', '--compare', 'main')).toBe(4);
    expect(roundsOf('paced', '--compare', 'main', '--fail')).toBe(5);
    expect(roundsOf('chat', '--compare', 'main', '--fail')).toBe(6);
    expect(roundsOf('--compare', 'main', '--fail')).toBe(8);
    expect(roundsOf('chat', '--compare', 'main', '--fail', '--rounds', '7')).toBe(7);
  });

  test.each(['1', '2', '3', '5'])('is refused with %s rounds of ten cases', (rounds) => {
    expect(() => readOptions(['chat', '--compare', 'main', '--fail', '--rounds', rounds])).toThrow(
      '--fail needs --rounds 6 or more for 10 cases',
    );
  });

  test.each([
    { args: ['--fail'], problem: '--fail needs --compare COMMIT.' },
    { args: ['--compare', 'main', '--fail', '--quick'], problem: '--fail needs real figures, without --quick.' },
    { args: ['--compare', 'main', '--only', 'bare ws loop'], problem: '--compare has nothing to compare' },
    { args: ['--compare', 'main', '--save'], problem: '--save is for runs without --compare' },
    { args: ['--compare', 'main', '--out', 'a'], problem: '--out is for runs without --compare' },
    { args: ['--compare', 'main', '--chart', 'a.svg'], problem: '--chart is for runs without --compare' },
    { args: ['--compare', 'main', '--history'], problem: '--history only prints saved runs, without --compare.' },
    { args: ['--history', '--save'], problem: '--history only prints saved runs, without --save.' },
    { args: ['--history', 'paced'], problem: '--history prints all targets of the saved runs, without scenarios.' },
    {
      args: ['--history', '--rounds', '1'],
      problem: '--history prints all targets of the saved runs, without --rounds.',
    },
    { args: ['--history', '--quick'], problem: '--history prints all targets of the saved runs, without --quick.' },
  ])('$args is refused, because an option would have no effect', ({ args, problem }) => {
    expect(() => readOptions(args)).toThrow(problem);
  });
});

describe('false alarms', () => {
  test('the bound is the share of orders in which all rounds of one commit are worse, for each figure', () => {
    expect([3, 4, 5].map((rounds) => falseAlarmBound(1, rounds))).toEqual([1 / 20, 1 / 70, 1 / 252]);
    expect(falseAlarmBound(30, 4)).toBeCloseTo(30 / 70);
    expect(falseAlarmBound(100, 3)).toBe(1);
  });

  test.each([1, 2, 10, 49])('with the rounds for %i cases, it is at most 1 in 20', (cases) => {
    const rounds = roundsToFail(cases);
    expect(falseAlarmBound(4 * cases, rounds)).toBeLessThanOrEqual(1 / 20);
    expect(falseAlarmBound(4 * cases, rounds - 1)).toBeGreaterThan(1 / 20);
  });

  test('of all orders of six rounds, one in 20 is worse', () => {
    const orders = subsets([1, 2, 3, 4, 5, 6], 3).map((after) => ({
      after,
      before: [1, 2, 3, 4, 5, 6].filter((value) => !after.includes(value)),
    }));
    const cpu = (values: readonly number[]) => values.map((cpuPerCall) => ({ cpuPerCall }));
    const worse = orders.filter(({ before, after }) => differences(cpu(before), cpu(after))[0]?.verdict === 'worse');
    expect(worse).toHaveLength(orders.length * falseAlarmBound(1, 3));
  });
});

function subsets(values: readonly number[], size: number): number[][] {
  const [first, ...rest] = values;
  if (size === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(rest, size - 1).map((others) => [first, ...others]), ...subsets(rest, size)];
}
