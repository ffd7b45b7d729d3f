import { type Bench, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { earshot } from '../systems/earshot.ts';
import { floor } from '../systems/floor.ts';
import { storingPeers } from '../systems/peers.ts';
import type { SystemSpec } from '../systems/system.ts';
import { insertOneLoops } from './insertOneLoops.ts';
import type { Case, Scenario } from './scenario.ts';

export interface Chat {
  rooms: number;
  usersPerRoom: number;
  /** Rate over all rooms together. Without it each user sends, waits for the acknowledgement, and sends again. */
  perSecond: number | null;
  /** Messages before the measured ones. Without any, the measured ones are the first after the start. */
  warmUp: number;
  messages: number;
}

const systems = [
  ...[earshot('MongoDB', 'Earshot, MongoDB'), earshot('SQLite', 'Earshot, SQLite')],
  ...[...storingPeers, floor],
];

/** Messages that the server needs to compile its code. */
const first = 10_000;
const small = { rooms: 100, usersPerRoom: 5, perSecond: 1_000 };
const large = { rooms: 1_000, usersPerRoom: 10, perSecond: 500 };

const loads: readonly Chat[] = [
  { ...small, perSecond: null, warmUp: first, messages: 40_000 },
  { ...small, perSecond: null, warmUp: 0, messages: first },
  { ...small, warmUp: first, messages: 10_000 },
  { ...small, warmUp: 0, messages: first },
  { ...large, warmUp: first, messages: 5_000 },
];

export const chat: Scenario = {
  name: 'chat',
  about: 'rooms whose users all watch and send: closed and open loop, the first 10,000 messages and later ones',
  leavesOut: 'users who join and leave, typing, reactions, edits, history, and the CPU time of MongoDB',
  cases: ({ quick }) =>
    (quick ? quickLoads() : loads).flatMap((load) => {
      const cases = systems.map((spec) => chatCase(spec, load));
      const [baseline] = load.perSecond === null && load.warmUp > 0 ? cases : [];
      return baseline === undefined ? cases : [...cases, insertOneLoops(baseline.load, 20)];
    }),
};

/** For `--quick`: one load of each kind. */
const quickLoads = () => loads.filter(({ perSecond }) => perSecond !== small.perSecond).map(reduced);

const reduced = (load: Chat): Chat => ({
  ...{ rooms: load.rooms / 50, usersPerRoom: 3, perSecond: load.perSecond },
  ...{ warmUp: load.warmUp && 20, messages: 60 },
});

function chatCase(spec: SystemSpec, load: Chat): Case {
  const { rooms, usersPerRoom, perSecond, warmUp } = load;
  const pace = perSecond === null ? 'closed loop' : `${perSecond.toLocaleString('en')} messages/s`;
  return {
    load: `${rooms.toLocaleString('en')} rooms × ${usersPerRoom} users, ${pace}, ${warmUp > 0 ? 'warm' : 'cold'}`,
    system: spec.title,
    connections: rooms * usersPerRoom,
    run: (bench) => measureChat(bench, spec, load),
  };
}

export async function measureChat(bench: Bench, spec: SystemSpec, load: Chat): Promise<Figures> {
  // One generator, because the number of messages in each room is not known beforehand.
  await using benchRun = await openBenchRun({ ...bench, generators: 1 }, spec);
  const { fleet } = benchRun;
  const rooms = await fleet.first.ask('makeRooms', { count: load.rooms });
  await fleet.first.ask('joinChat', { rooms, usersPerRoom: load.usersPerRoom });
  await fleet.quiet(bench.quick ? 20 : 1_200); // presence counts arrive once a second
  if (load.warmUp > 0) {
    await fleet.first.ask('talk', { messages: load.warmUp, perSecond: null });
    await fleet.quiet(bench.quick ? 20 : 500);
  }

  const { messages, perSecond } = load;
  const { result, cpu, processFigures, gcPercent, generatorCores } = await measure(benchRun, () =>
    fleet.first.ask('talk', { messages, perSecond }),
  );
  const { acknowledged, own, others } = result;
  return {
    cpuPerCall: cpu / messages,
    ...processFigures(messages),
    perSecond: (messages / result.ms) * 1_000,
    ...acknowledged,
    ...{ ownP50: own.p50, ownP99: own.p99, othersP50: others.p50, othersP99: others.p99 },
    ...{ gcPercent, generatorCores },
  };
}
