import { earshot } from '../systems/earshot.ts';
import { type FanOut, fanOutCases } from './fanOut.ts';
import type { Case, Scenario } from './scenario.ts';

export const blockingSystems = {
  one: 'Earshot, one watcher blocks 50 others',
  all: 'Earshot, every watcher blocks another',
} as const;

export const blocks: Scenario = {
  name: 'blocks',
  about: 'the room of paced: nobody blocks, one watcher blocks 50 others, every watcher blocks another who is silent',
  leavesOut: 'messages, reactions, typing, joins and leaves of blocked users, and the calls that block',
  cases: ({ quick }) => {
    const watchersPerRoom = quick ? 80 : 1_000;
    const load: FanOut = quick
      ? { rooms: 1, watchersPerRoom, messagesPerRoom: 10, perSecond: 100 }
      : { rooms: 1, watchersPerRoom, messagesPerRoom: 400, perSecond: 20 };
    return [
      ...blockCases('Earshot', load),
      ...blockCases(blockingSystems.one, { ...load, blocks: { watchers: 1, users: 50 } }),
      ...blockCases(blockingSystems.all, { ...load, blocks: { watchers: watchersPerRoom, users: 1 } }),
    ];
  },
};

const blockCases = (title: string, load: FanOut): Case[] => fanOutCases([earshot('SQLite', title)], load);
