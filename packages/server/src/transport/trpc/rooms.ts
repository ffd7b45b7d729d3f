import { joinInput, nearbyInput, roomInput, watchInput } from '@earshot/shared';
import { getRoom, nearbyRooms } from '../../domain/findRooms.ts';
import { joinRoom } from '../../domain/joinRoom.ts';
import { leaveRoom } from '../../domain/leaveRoom.ts';
import { watchRoom } from '../../domain/watchRoom.ts';
import { procedure, router } from './init.ts';
import { shared } from './sharedAnswers.ts';
import { TrackedWatch } from './trackedWatch.ts';

export const roomsRouter = router({
  join: procedure.input(joinInput).mutation(({ ctx, input }) => joinRoom(ctx.services, ctx.connection, input)),

  leave: procedure.input(roomInput).mutation(({ ctx, input }) => leaveRoom(ctx.services, ctx.connection, input.roomId)),

  get: procedure.input(roomInput).query(({ ctx, input }) => getRoom(ctx.services, ctx.connection, input.roomId)),

  nearby: procedure
    .input(nearbyInput)
    .query(async ({ ctx, input }) => shared(await nearbyRooms(ctx.services, ctx.connection, input))),

  watch: procedure.input(watchInput).subscription(({ ctx, input, signal }) => {
    const { subscription } = ctx;
    const sink = ctx.sharedFrames ? subscription?.sink() : undefined;
    const watch = watchRoom(ctx.services, ctx.connection, {
      ...input,
      signal: subscription?.stop ?? signal ?? new AbortController().signal,
      sink: sink && (() => sink),
    });
    return new TrackedWatch(watch, subscription);
  }),
});
