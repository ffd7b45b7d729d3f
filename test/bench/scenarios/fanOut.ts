import { type Bench, type BenchRun, measure, openBenchRun } from '../bench.ts';
import { type Figures, latencyFigures } from '../figures.ts';
import type { BlockOrder } from '../generator/blocks.ts';
import type { SystemSpec } from '../systems/system.ts';
import type { Case } from './scenario.ts';
import { watchAndMeasure } from './watcherMemory.ts';

export interface FanOut {
  rooms: number;
  watchersPerRoom: number;
  messagesPerRoom: number;
  /** Rate over all rooms together; 0 sends all at once. */
  perSecond: number;
  /** Bursts before the measured one; a quarter of a burst if omitted. */
  warmUpBursts?: number;
  /** How many of the watchers block how many of the others, who are silent. */
  blocks?: Omit<BlockOrder, 'roomId'>;
  /** Whether the memory of a watcher is measured. */
  memory?: boolean;
}

const number = new Intl.NumberFormat('en');

/** The same load for each of these systems. */
export function fanOutCases(systems: readonly SystemSpec[], fanOut: FanOut): Case[] {
  const { rooms, watchersPerRoom, perSecond, messagesPerRoom } = fanOut;
  const where = rooms === 1 ? '' : `${number.format(rooms)} rooms × `;
  const pace = perSecond === 0 ? `burst of ${messagesPerRoom}` : `${number.format(perSecond)} messages/s`;
  return systems.map((spec) => ({
    load: `${where}${number.format(watchersPerRoom)} watchers, ${pace}`,
    system: spec.title,
    connections: rooms * watchersPerRoom,
    run: async (bench) => {
      await using benchRun = await openBenchRun(bench, spec);
      return await measureFanOut(bench, benchRun, fanOut);
    },
  }));
}

/** Starts the watchers, warms up, sends, and waits until every watcher has received every message. */
export async function measureFanOut(bench: Bench, benchRun: BenchRun, fanOut: FanOut): Promise<Figures> {
  const { quick } = bench;
  const { fleet } = benchRun;
  const rooms = await fleet.first.ask('makeRooms', { count: fanOut.rooms });
  const figures: Figures = {};
  const watchers = { rooms, perRoom: fanOut.watchersPerRoom };
  if (fanOut.memory) figures.kbPerConnection = await watchAndMeasure(bench, benchRun, watchers);
  else await fleet.watch({ ...watchers, join: true });
  const [roomId] = rooms;
  if (fanOut.blocks && roomId !== undefined) await fleet.first.ask('block', { ...fanOut.blocks, roomId });
  await fleet.quiet(quick ? 20 : 1_200); // presence counts arrive once a second
  const order = { ...fanOut, rooms };
  const warmUp = Math.ceil((quick ? 2 : 40) / fanOut.rooms);
  await fleet.deliver({ ...order, messagesPerRoom: warmUp, perSecond: fanOut.perSecond || 40 });
  const { warmUpBursts = 0.25 } = fanOut;
  for (let left = quick || fanOut.perSecond > 0 ? 0 : warmUpBursts; left > 0; left -= 1) {
    await fleet.deliver({ ...order, messagesPerRoom: Math.ceil(fanOut.messagesPerRoom * Math.min(left, 1)) });
  }
  await fleet.quiet(quick ? 20 : 500);

  const { result, cpu, processFigures, generatorCores } = await measure(benchRun, () => fleet.deliver(order));
  await fleet.quiet(quick ? 20 : 500);
  await fleet.refuseMore(order);
  return {
    ...figures,
    cpuPerDelivery: cpu / result.deliveries,
    ...processFigures(result.deliveries),
    perSecond: (result.deliveries / result.ms) * 1_000,
    ...latencyFigures(result.latencies),
    generatorCores,
  };
}
