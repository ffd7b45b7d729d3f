import { type Bench, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import type { SystemSpec } from '../systems/system.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';
import { watchAndMeasure } from './watcherMemory.ts';

export const idle: Scenario = {
  name: 'idle',
  about: '5,000 idle watchers of one room: memory for each connection',
  leavesOut: 'messages, more than one room, and the kernel’s memory for sockets',
  cases: ({ quick }) => {
    const connections = quick ? 100 : 5_000;
    return allSystems.map((spec) => ({
      load: `${connections.toLocaleString('en')} idle watchers`,
      system: spec.title,
      connections,
      run: (bench) => measureIdle(bench, spec, connections),
    }));
  },
};

async function measureIdle(bench: Bench, spec: SystemSpec, connections: number): Promise<Figures> {
  await using benchRun = await openBenchRun(bench, spec);
  const rooms = await benchRun.fleet.first.ask('makeRooms', { count: 1 });
  return { kbPerConnection: await watchAndMeasure(bench, benchRun, { rooms, perRoom: connections }) };
}
