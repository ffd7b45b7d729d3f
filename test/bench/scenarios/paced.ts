import { earshot } from '../systems/earshot.ts';
import { floor } from '../systems/floor.ts';
import { bareWs, flushedWs, socketIo, stockTrpc } from '../systems/peers.ts';
import { fanOutCases } from './fanOut.ts';
import type { Scenario } from './scenario.ts';

export const allSystems = [earshot(), stockTrpc, socketIo, bareWs];

export const paced: Scenario = {
  name: 'paced',
  about: 'one room with 1,000 watchers, 20 messages a second for 20 s',
  leavesOut: 'sends by the watchers: one more connection sends all messages, and presence does not change',
  cases: ({ quick }) =>
    fanOutCases(
      [...allSystems, flushedWs, floor],
      quick
        ? { rooms: 1, watchersPerRoom: 50, messagesPerRoom: 10, perSecond: 100 }
        : { rooms: 1, watchersPerRoom: 1_000, messagesPerRoom: 400, perSecond: 20 },
    ),
};
