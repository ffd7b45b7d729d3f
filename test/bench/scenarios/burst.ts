import { fanOutCases } from './fanOut.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

export const burst: Scenario = {
  name: 'burst',
  about: 'one room with 1,000 watchers, 400 messages at once',
  cases: ({ quick }) =>
    fanOutCases(
      allSystems,
      quick
        ? { rooms: 1, watchersPerRoom: 80, messagesPerRoom: 20, perSecond: 0 }
        : { rooms: 1, watchersPerRoom: 1_000, messagesPerRoom: 400, perSecond: 0 },
    ),
};
