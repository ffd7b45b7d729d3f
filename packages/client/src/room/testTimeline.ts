import type { Message } from '@earshot/shared';
import { testRoom } from '../../../shared/src/testMessages.ts';
import { reduceTimeline } from './reduceTimeline.ts';
import { emptyTimeline, type RoomTimeline, type TimelineAction } from './roomTimeline.ts';

/** For tests: the timeline after the actions. */
export const play = (actions: readonly TimelineAction[], from: RoomTimeline = emptyTimeline): RoomTimeline =>
  actions.reduce(reduceTimeline, from);

/** A snapshot of the test room, at the position of change `seq`. */
export const snapshot = (messages: Message[], seq: number): TimelineAction => ({
  type: 'received',
  event: { type: 'snapshot', room: testRoom, messages, userCount: 1 },
  id: `${seq}-5`,
});
