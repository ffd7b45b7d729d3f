import { type Bench, callFigures, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { earshot, earshotCluster, earshotWithTokens } from '../systems/earshot.ts';
import type { SystemSpec } from '../systems/system.ts';
import { allSystems } from './paced.ts';
import type { Case, Scenario } from './scenario.ts';

export const connect: Scenario = {
  name: 'connect',
  about:
    '2,000 and 10,000 clients reconnect to one room, 100 at a time: connection, identity, first event; 1,000 resume after 100 messages; 2,000 and 10,000 have tokens, or reconnect to Earshot on MongoDB and Redis; 2,000 are new members',
  leavesOut: 'TLS, and more than one room; messages that were missed, except by the 1,000 clients who resume',
  cases: ({ quick }) => {
    const crowds = quick ? [20] : [2_000, 10_000];
    const connections = quick ? 20 : 2_000;
    const resuming = { connections: quick ? 20 : 1_000, missed: quick ? 10 : 100 };
    return [
      ...crowds.flatMap((connections) => allSystems.map((spec) => returnCase(spec, { connections }))),
      returnCase(earshot(), resuming),
      ...crowds.map((connections) => returnCase(earshotWithTokens, { connections, haveTokens: true })),
      returnCase(earshot(), { connections, areNew: true }),
      ...crowds.map((connections) => returnCase(earshotOnDatabases, { connections })),
    ];
  },
};

const earshotOnDatabases = earshotCluster({ title: 'Earshot on MongoDB and Redis' });

interface Crowd {
  connections: number;
  /** Number of messages that each client has missed. */
  missed?: number;
  /** Whether each client has a token; otherwise a name is enough. */
  haveTokens?: boolean;
  /** Whether the clients join the room as new members, after as many others. */
  areNew?: boolean;
}

function actionOf({ missed = 0, haveTokens = false, areNew = false }: Crowd): string {
  if (missed > 0) return `resume, ${missed} messages missed`;
  if (areNew) return 'join as new members';
  return haveTokens ? 'return with a token each' : 'return';
}

function returnCase(spec: SystemSpec, crowd: Crowd): Case {
  const { connections } = crowd;
  return {
    load: `${connections.toLocaleString('en')} clients ${actionOf(crowd)}`,
    system: spec.title,
    connections,
    run: (bench) => measureConnect(bench, spec, crowd),
  };
}

/** Unless they are new, the users are members already, so this measures a reconnect, as after a deploy, without new memberships. */
async function measureConnect(bench: Bench, spec: SystemSpec, crowd: Crowd): Promise<Figures> {
  const { connections, missed = 0, areNew = false } = crowd;
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
      fleet.watch({ rooms, perRoom: connections, join: areNew, areNew, ...(missed > 0 && { after: '0' }) }),
      missed > 0 ? fleet.collect(due) : undefined,
    ]);
    return { calls: connections, ms: performance.now() - startedAt, latencies };
  });
  return {
    ...callFigures(measured),
    ...measured.processFigures(connections),
    ...(peak && { peakMb: peak() / 1_024 ** 2 }),
  };
}
