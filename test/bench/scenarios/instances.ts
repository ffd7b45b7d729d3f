import { earshotCluster } from '../systems/earshot.ts';
import { socketIoOf } from '../systems/peers.ts';
import { fanOutCases } from './fanOut.ts';
import type { Scenario } from './scenario.ts';

export const instances: Scenario = {
  name: 'instances',
  about: 'two processes on Redis (and MongoDB), 500 watchers on each, 20 messages a second sent to the first',
  leavesOut: 'sends to both processes, more than one room, and the CPU time of Redis and MongoDB',
  cases: ({ quick }) =>
    fanOutCases(
      [earshotCluster({ title: 'Earshot', instances: 2 }), socketIoOf(2)],
      quick
        ? { rooms: 1, watchersPerRoom: 20, messagesPerRoom: 5, perSecond: 100 }
        : { rooms: 1, watchersPerRoom: 1_000, messagesPerRoom: 200, perSecond: 20 },
    ),
};
