import { openBenchRun } from '../bench.ts';
import { earshotCluster } from '../systems/earshot.ts';
import { measureFanOut } from './fanOut.ts';
import type { Scenario } from './scenario.ts';

export const workers: Scenario = {
  name: 'workers',
  about: 'WORKERS=2 compared with one process, 1,000 watchers, 400 messages at once',
  leavesOut: 'more than one room, and the CPU time of Redis and MongoDB',
  cases: ({ quick }) => {
    const load = {
      ...{ rooms: 1, watchersPerRoom: quick ? 20 : 1_000, messagesPerRoom: quick ? 10 : 400, perSecond: 0 },
      // Two processes compile twice as much code, and each handles half of the deliveries.
      warmUpBursts: 5,
    };
    return [2, 1].map((count) => ({
      load: `${load.watchersPerRoom.toLocaleString('en')} watchers, burst of ${load.messagesPerRoom}`,
      system: count === 1 ? 'Earshot, 1 process' : `Earshot, ${count} workers`,
      connections: load.watchersPerRoom,
      run: async (bench) => {
        await using benchRun = await openBenchRun(bench, earshotCluster({ title: 'Earshot', workers: count }));
        const { workers: running } = await benchRun.system.usage();
        if (count > 1 && running !== count) throw new Error(`WORKERS=${count} started ${running} workers`);
        return await measureFanOut(bench, benchRun, load);
      },
    }));
  },
};
