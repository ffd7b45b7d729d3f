import { type Bench, callFigures, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { earshot } from '../systems/earshot.ts';
import type { SystemSpec } from '../systems/system.ts';
import { allSystems } from './paced.ts';
import type { Case, Scenario } from './scenario.ts';

export const connect: Scenario = {
  name: 'connect',
  about:
    '2,000 and 10,000 clients reconnect to one room, 100 at a time: connection, identity, first event; 1,000 resume after 100 messages',
  leavesOut: 'new members, tokens, and TLS; messages that were missed, except in the last case',
  cases: ({ quick }) => {
    const crowds = quick ? [20] : [2_000, 10_000];
    const resuming = { connections: quick ? 20 : 1_000, missed: quick ? 10 : 100 };
    return [
      ...crowds.flatMap((connections) => allSystems.map((spec) => returnCase(spec, { connections }))),
      returnCase(earshot(), resuming),
    ];
  },
};

interface Crowd {
  connections: number;
  /** Number of messages that each client has missed. */
  missed?: number;
}

function returnCase(spec: SystemSpec, crowd: Crowd): Case {
  const { connections, missed = 0 } = crowd;
  return {
    load: `${connections.toLocaleString('en')} clients ${missed === 0 ? 'return' : `resume, ${missed} messages missed`}`,
    system: spec.title,
    connections,
    run: (bench) => measureConnect(bench, spec, crowd),
  };
}

/** The users are members already, so this measures a reconnect, as after a deploy, without new memberships. */
async function measureConnect(bench: Bench, spec: SystemSpec, { connections, missed = 0 }: Crowd): Promise<Figures> {
  await using benchRun = await openBenchRun(bench, spec);
  const { fleet, system } = benchRun;
  const rooms = await fleet.first.ask('makeRooms', { count: 1 });
  await fleet.watch({ rooms, perRoom: connections, join: true });
  await fleet.dismiss();
  if (missed > 0) await fleet.first.ask('publish', { rooms, messages: missed, perSecond: 0 });
  await fleet.quiet(bench.quick ? 20 : 5_000);
  const peak = system.measurePeak();
  const measured = await measure(benchRun, async () => {
    const startedAt = performance.now();
    // The first event of a watch that resumes answers its call, and is not counted as a message.
    const due = { rooms, watchersPerRoom: connections, messagesPerRoom: missed - 1 };
    const [latencies] = await Promise.all([
      fleet.watch({ rooms, perRoom: connections, join: false, ...(missed > 0 && { after: '0' }) }),
      missed > 0 ? fleet.collect(due) : undefined,
    ]);
    return { calls: connections, ms: performance.now() - startedAt, latencies };
  });
  return { ...callFigures(measured), ...(peak && { peakMb: peak() / 1_024 ** 2 }) };
}
