import { joinInput, nearbyInput, type RoomEvent, roomInput, watchInput } from '@earshot/shared';
import { tracked } from '@trpc/server';
import { getRoom, nearbyRooms } from '../../domain/findRooms.ts';
import { joinRoom } from '../../domain/joinRoom.ts';
import { leaveRoom } from '../../domain/leaveRoom.ts';
import { watchRoom } from '../../domain/watchRoom.ts';
import { asTrpcError } from './errorShape.ts';
import { procedure, router } from './init.ts';
import { mapEach } from './mapEach.ts';

export const roomsRouter = router({
  join: procedure.input(joinInput).mutation(({ ctx, input }) => joinRoom(ctx.services, ctx.connection, input)),

  leave: procedure.input(roomInput).mutation(({ ctx, input }) => leaveRoom(ctx.services, ctx.connection, input.roomId)),

  get: procedure.input(roomInput).query(({ ctx, input }) => getRoom(ctx.services, input.roomId)),

  nearby: procedure.input(nearbyInput).query(({ ctx, input }) => nearbyRooms(ctx.services, input)),

  watch: procedure.input(watchInput).subscription(({ ctx, input, signal }) => {
    const { subscription } = ctx;
    const sink = ctx.sharedFrames ? subscription?.sink() : undefined;
    const watch = watchRoom(ctx.services, ctx.connection, {
      ...input,
      signal: subscription?.stop ?? signal ?? new AbortController().signal,
      sink: sink && (() => sink),
    });
    return mapEach(watch, {
      // Tracked without exception: tRPC's client resumes from the last event's id, and one without would erase it.
      value: ({ seq, event }) => tracked<RoomEvent>(String(seq), event),
      error: asTrpcError,
    });
  }),
});
