import { type Bench, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { earshotCluster } from '../systems/earshot.ts';
import { type Chat, measureChat } from './chat.ts';
import { type FanOut, measureFanOut } from './fanOut.ts';
import type { Case, Scenario } from './scenario.ts';

const room = { rooms: 1, watchersPerRoom: 1_000 };
/** Each of several processes compiles as much code as one, and handles only a part of the deliveries. */
const warmUpBursts = 5;

export const workers: Scenario = {
  name: 'workers',
  about:
    'the work of 1, 2 and 4 workers: a room of 1,000 watchers, paced and in a burst; a chat in 1,000 rooms and in 100',
  leavesOut: 'the rate on a machine that has a core for each process, which follows from the work of the busiest one',
  cases: ({ quick }) =>
    quick
      ? [
          ...fanOutOf({ ...room, watchersPerRoom: 20, messagesPerRoom: 10, perSecond: 0, warmUpBursts }),
          ...chatOf({ rooms: 2, usersPerRoom: 3, perSecond: null, warmUp: 20, messages: 60 }),
        ]
      : [
          ...fanOutOf({ ...room, messagesPerRoom: 400, perSecond: 20 }),
          ...fanOutOf({ ...room, messagesPerRoom: 400, perSecond: 0, warmUpBursts }),
          ...chatOf({ rooms: 1_000, usersPerRoom: 5, perSecond: 2_000, warmUp: 20_000, messages: 20_000 }),
          ...chatOf({ rooms: 100, usersPerRoom: 5, perSecond: null, warmUp: 20_000, messages: 30_000 }),
        ],
};

function fanOutOf(fanOut: FanOut): Case[] {
  const { watchersPerRoom, messagesPerRoom, perSecond } = fanOut;
  const pace = perSecond === 0 ? `burst of ${messagesPerRoom}` : `${perSecond} messages/s`;
  return casesOf({
    load: `${watchersPerRoom.toLocaleString('en')} watchers, ${pace}`,
    connections: watchersPerRoom,
    measure: async (bench, spec) => {
      await using benchRun = await openBenchRun(bench, spec);
      return await measureFanOut(bench, benchRun, fanOut);
    },
  });
}

function chatOf(chat: Chat): Case[] {
  const { rooms, usersPerRoom, perSecond } = chat;
  const pace = perSecond === null ? 'closed loop' : `${perSecond.toLocaleString('en')} messages/s`;
  return casesOf({
    load: `${rooms.toLocaleString('en')} rooms × ${usersPerRoom} users, ${pace}`,
    connections: rooms * usersPerRoom,
    measure: (bench, spec) => measureChat(bench, spec, chat),
  });
}

interface WorkersLoad {
  load: string;
  connections: number;
  measure(bench: Bench, spec: ReturnType<typeof earshotCluster>): Promise<Figures>;
}

/** The same load for one process, two workers and four. */
function casesOf({ load, connections, measure }: WorkersLoad): Case[] {
  return [1, 2, 4].map((count) => {
    const system = count === 1 ? 'Earshot, 1 process' : `Earshot, ${count} workers`;
    return {
      ...{ load, system, connections },
      run: async (bench) => {
        const figures = await measure(bench, earshotCluster({ title: system, workers: count }));
        if (count > 1 && figures.busiestCpu === undefined) throw new Error(`WORKERS=${count} started no workers`);
        // One process is the busiest of one.
        const whole = figures.cpuPerDelivery ?? figures.cpuPerCall;
        return { ...figures, ...(count === 1 && whole !== undefined && { busiestCpu: whole }) };
      },
    };
  });
}
