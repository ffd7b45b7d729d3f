import { fanOutCases } from './fanOut.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

export const rooms: Scenario = {
  name: 'rooms',
  about: '1,000 rooms with 10 watchers each, 500 messages a second over all of them',
  leavesOut: 'sends by the watchers: one more connection sends to all rooms',
  cases: ({ quick }) =>
    fanOutCases(
      allSystems,
      quick
        ? { rooms: 10, watchersPerRoom: 3, messagesPerRoom: 2, perSecond: 200 }
        : { rooms: 1_000, watchersPerRoom: 10, messagesPerRoom: 5, perSecond: 500 },
    ),
};
