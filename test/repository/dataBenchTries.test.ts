import { expect, test } from 'vitest';
import type { DataDeployment } from '../bench/data/deployment.ts';
import { measureCall } from '../bench/data/measureCall.ts';
import { problems } from '../bench/data/verdict.ts';

interface Try {
  cpu: number;
  hold: number;
  failed?: string;
}

const [rounds, calls] = [2, 3];
/** The tasks of a measurement: a warm-up, the rounds, and single calls with the hold, each prepared before. */
const tasksOfTry = 2 * (1 + rounds + calls);

/** A deployment that answers with the figures of one try after the other. Only its first single call has the hold. */
function answering(...tries: Try[]): Pick<DataDeployment, 'ask'> {
  let asked = 0;
  return {
    ask: async (task) => {
      const { cpu, hold, failed } = tries[Math.floor(asked / tasksOfTry)] ?? { cpu: 0, hold: 0 };
      const isFirstHeld = asked % tasksOfTry === 2 * (1 + rounds) + 1;
      asked += 1;
      const count = 'caller' in task && task.caller.step !== 'export' ? task.caller.count : 1;
      return { cpu: cpu * count, hold: isFirstHeld ? hold : 1, latencies: [1], failed, databaseCpu: 0 };
    },
  };
}

const measure = (small: Try[], big: Try[]) =>
  measureCall('a call', [answering(...small), answering(...big)], { rounds, calls, keep: null });

const usual: Try = { cpu: 1_000, hold: 2 };

test('a call that reaches the goals is measured once', async () => {
  const { tries, small, big } = await measure([usual], [usual]);
  expect([tries, small.cpu, big.hold]).toEqual([1, 1_000, 2]);
});

test('a ratio that misses the goal is measured again: the second one counts, and the number of tries is known', async () => {
  const { tries, small, big } = await measure([usual, usual], [{ cpu: 3_000, hold: 2 }, usual]);
  expect([tries, big.cpu, problems(small, big)]).toEqual([2, 1_000, []]);
});

test('a hold that occurs in the first of two tries counts', async () => {
  const { tries, small, big } = await measure([usual, usual], [{ cpu: 3_000, hold: 40 }, usual]);
  expect([tries, big.hold, problems(small, big)]).toEqual([2, 40, ['hold']]);
});

test('a long hold alone does not cause a second try', async () => {
  const { tries, small, big } = await measure([usual], [{ cpu: 1_000, hold: 40 }]);
  expect([tries, problems(small, big)]).toEqual([1, ['hold']]);
});

test('a failure in the first of two tries counts', async () => {
  const { small, big } = await measure([usual, usual], [{ cpu: 3_000, hold: 2, failed: 'RATE_LIMITED' }, usual]);
  expect(problems(small, big)).toEqual(['failed: RATE_LIMITED']);
});
