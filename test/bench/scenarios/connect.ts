import { type Bench, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import type { SystemSpec } from '../systems/system.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

export const connect: Scenario = {
  name: 'connect',
  about: '2,000 clients reconnect to one room, 100 at a time: connection, identity, first event',
  leavesOut: 'new members, messages that were missed, tokens, and TLS',
  cases: ({ quick }) => {
    const connections = quick ? 20 : 2_000;
    return allSystems.map((spec) => ({
      load: `${connections.toLocaleString('en')} clients return`,
      system: spec.title,
      connections,
      run: (bench) => measureConnect(bench, spec, connections),
    }));
  },
};

/** The users are members already, so this measures a reconnect, as after a deploy, without new memberships. */
async function measureConnect(bench: Bench, spec: SystemSpec, connections: number): Promise<Figures> {
  await using benchRun = await openBenchRun(bench, spec);
  const { fleet } = benchRun;
  const rooms = await fleet.first.ask('makeRooms', { count: 1 });
  await fleet.watch({ rooms, perRoom: connections, join: true });
  await fleet.dismiss();
  await fleet.quiet(bench.quick ? 20 : 5_000);
  const { result, cpu, generatorCores } = await measure(benchRun, async () => {
    const startedAt = performance.now();
    await fleet.watch({ rooms, perRoom: connections, join: false });
    return performance.now() - startedAt;
  });
  return { cpuPerCall: cpu / connections, perSecond: (connections / result) * 1_000, generatorCores };
}
