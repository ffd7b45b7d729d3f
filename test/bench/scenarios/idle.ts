import { type Bench, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import type { SystemSpec } from '../systems/system.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

export const idle: Scenario = {
  name: 'idle',
  about: '5,000 idle watchers of one room: memory for each connection',
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
  const { fleet, system } = benchRun;
  const [room = ''] = await fleet.first.ask('makeRooms', { count: 1 });
  // The first connections make the server load and compile the code that all of them share.
  await fleet.watch({ rooms: [room], perRoom: Math.ceil(connections / 20), join: true });
  await fleet.dismiss();
  await fleet.quiet(bench.quick ? 20 : 2_000);
  const before = await system.usage({ collect: true });
  await fleet.watch({ rooms: [room], perRoom: connections, join: true });
  await fleet.quiet(bench.quick ? 20 : 2_000);
  const after = await system.usage({ collect: true });
  return { kbPerConnection: (after.rss - before.rss) / connections / 1_024 };
}
