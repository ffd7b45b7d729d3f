import { type Bench, callFigures, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { earshot } from '../systems/earshot.ts';
import { storingPeers, storingWs } from '../systems/peers.ts';
import type { SystemSpec } from '../systems/system.ts';
import { insertOneLoops } from './insertOneLoops.ts';
import type { Case, Scenario } from './scenario.ts';

interface Sends {
  rooms: number;
  writers: number;
}

const stores = [earshot('MongoDB', 'Earshot, MongoDB'), earshot('SQLite', 'Earshot, SQLite')];

export const sends: Scenario = {
  name: 'sends',
  about: 'durable sends: 100 rooms × 5 writers, 10,000 rooms, a single writer; compared with plain insertOne loops',
  leavesOut: 'delivery: each room has one watcher, on a connection of its own; and the CPU time of MongoDB. See chat',
  cases: ({ quick }) => {
    const writers = quick ? 10 : 500;
    const [few, many] = quick ? [2, 20] : [100, 10_000];
    return [
      ...sendCases({ rooms: few, writers }, [...stores, ...storingPeers]),
      insertOneLoops(`${few} rooms, ${writers} writers`, 20),
      ...sendCases({ rooms: many, writers }, [...stores, ...storingPeers]),
      ...sendCases({ rooms: 1, writers: 1 }, [...stores, storingWs, ...storingPeers]),
      insertOneLoops('1 room, 1 writer', 1),
    ];
  },
};

function sendCases({ rooms, writers }: Sends, systems: readonly SystemSpec[]): Case[] {
  const load =
    rooms === 1 ? '1 room, 1 writer' : `${rooms.toLocaleString('en')} rooms, ${writers.toLocaleString('en')} writers`;
  return systems.map((spec) => ({
    load,
    system: spec.title,
    connections: writers + Math.min(rooms, watchingConnections),
    run: (bench) => measureSends(bench, spec, { rooms, writers }),
  }));
}

/** Connections that share the watches of all rooms: the same number for few rooms and for many. */
const watchingConnections = 100;

/** Every room is watched once, so that every send causes one delivery, however many rooms there are. */
async function measureSends(bench: Bench, spec: SystemSpec, { rooms: count, writers }: Sends): Promise<Figures> {
  // One generator, because the number of messages for each generator's watchers is not known beforehand.
  await using benchRun = await openBenchRun({ ...bench, generators: 1 }, spec);
  const { fleet } = benchRun;
  const rooms = await fleet.first.ask('makeRooms', { count });
  await fleet.watch({ rooms, perRoom: 1, connections: Math.min(count, watchingConnections), join: true });
  await fleet.first.ask('joinWriters', { rooms, writers });
  await fleet.first.ask('write', { ms: bench.quick ? 100 : 2_000 });
  await fleet.quiet(bench.quick ? 20 : 500);

  await fleet.first.ask('reset');
  const measured = await measure(benchRun, async () => {
    const written = await fleet.first.ask('write', { ms: bench.quick ? 200 : 10_000 });
    await fleet.first.ask('collect', { deliveries: written.calls, timeoutMs: 15_000 });
    return written;
  });
  return callFigures(measured);
}
