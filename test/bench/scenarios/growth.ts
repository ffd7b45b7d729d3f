import { fanOutCases } from './fanOut.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

/** At most 20,000 deliveries a second: with more watchers the messages are sent at a lower rate, so that all can keep up. */
const pace = (watchers: number) => Math.min(20, 20_000 / watchers);

export const growth: Scenario = {
  name: 'growth',
  about: 'one room with 100, 1,000 and 10,000 watchers, at most 20,000 deliveries a second; and their memory',
  leavesOut: 'more than one room, and sends by the watchers',
  cases: ({ quick }) =>
    (quick ? [5, 50] : [100, 1_000, 10_000]).flatMap((watchers) =>
      fanOutCases(allSystems, {
        rooms: 1,
        watchersPerRoom: watchers,
        messagesPerRoom: quick ? 4 : Math.max(40, 10 * pace(watchers)),
        perSecond: quick ? 100 : pace(watchers),
        memory: true,
      }),
    ),
};
