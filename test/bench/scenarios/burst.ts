import { fanOutCases } from './fanOut.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

export const burst: Scenario = {
  name: 'burst',
  about: 'one room with 1,000 watchers, 400 messages at once',
  leavesOut: 'sends by the watchers, and pauses between messages: all arrive at once, as after an interruption',
  cases: ({ quick }) =>
    fanOutCases(
      allSystems,
      quick
        ? { rooms: 1, watchersPerRoom: 80, messagesPerRoom: 20, perSecond: 0 }
        : { rooms: 1, watchersPerRoom: 1_000, messagesPerRoom: 400, perSecond: 0 },
    ),
};
