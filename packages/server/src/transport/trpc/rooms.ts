import {
  describeInput,
  formatPosition,
  joinInput,
  type NearbyList,
  nearbyInput,
  nearbyPageInput,
  type RoomEvent,
  roomInput,
  watchInput,
} from '@earshot/shared';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import type { z } from 'zod';
import { iteratorDone } from '../../async/iteratorDone.ts';
import { cellOf } from '../../cells.ts';
import { getRoom, nearbyPage, nearbyRooms } from '../../domain/findRooms.ts';
import { type JoinRequest, joinRoom } from '../../domain/joinRoom.ts';
import { leaveRoom } from '../../domain/leaveRoom.ts';
import { setDescription } from '../../domain/setDescription.ts';
import { watchNearby } from '../../domain/watchNearby.ts';
import { type WatchItem, type WatchPresenter, watchRoom } from '../../domain/watchRoom.ts';
import { baseProcedure } from './baseProcedure.ts';
import { asTrpcError } from './errorShape.ts';
import { router } from './init.ts';
import { toRoomEvent } from './roomEvent.ts';
import { createRoomSink } from './roomSink.ts';
import { emptyOnSerialize, markShared, shareCreated, shareStart } from './sharedAnswers.ts';
import type { SubscriptionHandle } from './socket/subscriptionHandle.ts';

type Tracked = TrackedEnvelope<RoomEvent>;

/** Presents a watch to tRPC: events with their positions as ids. A handoff is passed to the socket; SSE has none. */
class TrackedPresenter implements WatchPresenter<Tracked> {
  readonly #subscription: SubscriptionHandle | null;

  constructor(subscription: SubscriptionHandle | null) {
    this.#subscription = subscription;
  }

  item(item: WatchItem): IteratorResult<Tracked, void> {
    if (item.kind === 'handoff') {
      this.#subscription?.handOff(item);
      return iteratorDone;
    }
    // Every event is tracked: tRPC's client resumes from the last event's id, and an event without one would erase it.
    const event = toRoomEvent(item.event);
    return { done: false, value: tracked(formatPosition(item.position), this.#prepared(event)) };
  }

  #prepared(event: RoomEvent): RoomEvent {
    if (this.#subscription === null) return emptyOnSerialize(event);
    if (event.type === 'message.created') return shareCreated(event);
    return event.type === 'snapshot' || event.type === 'reset' ? shareStart(event) : event;
  }

  error(error: unknown): unknown {
    return asTrpcError(error);
  }
}

/** Exact locations end here: the domain gets their cells. */
function toJoinRequest(input: z.output<typeof joinInput>): JoinRequest {
  if ('roomId' in input) return input;
  return { cell: cellOf(input.location), searchRadius: input.searchRadius };
}

/** Presents lists of nearby rooms to tRPC: all clients that get a list share its encoded text. */
function toSharedLists(
  lists: AsyncIterableIterator<NearbyList, void, void>,
): AsyncIterableIterator<NearbyList, void, void> {
  return {
    next: async () => {
      try {
        const result = await lists.next();
        return result.done ? result : { done: false, value: markShared(result.value) };
      } catch (error) {
        throw asTrpcError(error);
      }
    },
    return: async () => {
      await lists.return?.();
      return iteratorDone;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export const roomsRouter = router({
  join: baseProcedure
    .input(joinInput)
    .mutation(({ ctx, input }) => joinRoom(ctx.services, ctx.connection, toJoinRequest(input))),

  leave: baseProcedure
    .input(roomInput)
    .mutation(({ ctx, input }) => leaveRoom(ctx.services, ctx.connection, input.roomId)),

  get: baseProcedure.input(roomInput).query(({ ctx, input }) => getRoom(ctx.services, ctx.connection, input.roomId)),

  describe: baseProcedure
    .input(describeInput)
    .mutation(({ ctx, input }) => setDescription(ctx.services, ctx.connection, input)),

  nearby: baseProcedure
    .input(nearbyInput)
    .query(async ({ ctx, input: { location, ...search } }) =>
      markShared(await nearbyRooms(ctx.services, ctx.connection, { cell: cellOf(location), ...search })),
    ),

  nearbyPage: baseProcedure
    .input(nearbyPageInput)
    .query(async ({ ctx, input: { location, ...search } }) =>
      markShared(await nearbyPage(ctx.services, ctx.connection, { cell: cellOf(location), ...search })),
    ),

  watchNearby: baseProcedure
    .input(nearbyInput)
    // Spelled out: the client's published types derive from it, and can't refer to names of the server.
    .subscription(({ ctx, input: { location, ...search }, signal }): AsyncIterableIterator<NearbyList, void, void> => {
      const stop = ctx.subscription?.stop ?? signal ?? new AbortController().signal;
      const options = { search: { cell: cellOf(location), ...search }, signal: stop };
      return toSharedLists(watchNearby(ctx.services, ctx.connection, options));
    }),

  watch: baseProcedure.input(watchInput).subscription(({ ctx, input, signal }) => {
    const { subscription } = ctx;
    return watchRoom(ctx.services, ctx.connection, {
      ...input,
      signal: subscription?.stop ?? signal ?? new AbortController().signal,
      sink: ctx.sharedFrames ? createRoomSink(ctx) : undefined,
      presenter: new TrackedPresenter(subscription),
    });
  }),
});
