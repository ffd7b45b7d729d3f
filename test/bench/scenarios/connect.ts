import { type Bench, callFigures, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import type { SystemSpec } from '../systems/system.ts';
import { allSystems } from './paced.ts';
import type { Scenario } from './scenario.ts';

export const connect: Scenario = {
  name: 'connect',
  about: '2,000 and 10,000 clients reconnect to one room, 100 at a time: connection, identity, first event',
  leavesOut: 'new members, messages that were missed, tokens, and TLS',
  cases: ({ quick }) => {
    const crowds = quick ? [20] : [2_000, 10_000];
    return crowds.flatMap((connections) =>
      allSystems.map((spec) => ({
        load: `${connections.toLocaleString('en')} clients return`,
        system: spec.title,
        connections,
        run: (bench: Bench) => measureConnect(bench, spec, connections),
      })),
    );
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
  const measured = await measure(benchRun, async () => {
    const startedAt = performance.now();
    const latencies = await fleet.watch({ rooms, perRoom: connections, join: false });
    return { calls: connections, ms: performance.now() - startedAt, latencies };
  });
  return callFigures(measured);
}
