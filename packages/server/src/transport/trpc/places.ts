import { type NeighbourhoodEvent, neighbourhoodInput, placesInput } from '@earshot/shared';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import { cellOf } from '../../cells.ts';
import { findPlaces } from '../../domain/findPlaces.ts';
import {
  type NeighbourhoodFeedEvent,
  type NeighbourhoodItem,
  watchNeighbourhood,
} from '../../domain/watchNeighbourhood.ts';
import type { ChangeEvent } from '../../feed/envelope.ts';
import { baseProcedure } from './baseProcedure.ts';
import { asTrpcError } from './errorShape.ts';
import { router } from './init.ts';
import { toChangeEvent } from './roomEvent.ts';
import { emptyOnSerialize, shareData } from './sharedAnswers.ts';

type Tracked = TrackedEnvelope<NeighbourhoodEvent>;

/** Presents a neighbourhood to tRPC: every event has the positions in all rooms as its id. */
class TrackedNeighbourhood implements AsyncIterableIterator<Tracked, void, void> {
  readonly #items: AsyncIterableIterator<NeighbourhoodItem, void, void>;

  constructor(items: AsyncIterableIterator<NeighbourhoodItem, void, void>) {
    this.#items = items;
  }

  async next(): Promise<IteratorResult<Tracked, void>> {
    try {
      const result = await this.#items.next();
      if (result.done) return { done: true, value: undefined };
      const { id, event } = result.value;
      return {
        done: false,
        value: tracked(id, event.type === 'event' ? toSharedEvent(event) : emptyOnSerialize(event)),
      };
    } catch (error) {
      throw asTrpcError(error);
    }
  }

  async return(): Promise<IteratorResult<Tracked, void>> {
    await this.#items.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** What the watchers of a neighbourhood get of a change. A feed hands the same object to all of them, so it is encoded once. */
const sharedEvents = new WeakMap<ChangeEvent, NeighbourhoodEvent>();

function toSharedEvent({ roomId, event }: Extract<NeighbourhoodFeedEvent, { type: 'event' }>): NeighbourhoodEvent {
  const known = sharedEvents.get(event);
  if (known) return known;
  const made = shareData(toNeighbourhoodEvent(roomId, event));
  sharedEvents.set(event, made);
  return made;
}

/** A new title is an event of the neighbourhood: clients of earlier versions ignore its type, but fail on an `event` without a message. */
function toNeighbourhoodEvent(roomId: string, event: ChangeEvent): NeighbourhoodEvent {
  const { description, updatedSeq } = event.message;
  if (description) return { type: 'room.described', roomId, updatedSeq, ...description };
  return { type: 'event', roomId, event: toChangeEvent(event) };
}

export const placesRouter = router({
  search: baseProcedure
    .input(placesInput)
    .query(({ ctx, input: { text, location } }) =>
      findPlaces(ctx.services, ctx.connection, { text, cell: location && cellOf(location) }),
    ),

  watch: baseProcedure
    .input(neighbourhoodInput)
    // Spelled out: the client's published types derive from it, and can't refer to names of the server.
    .subscription(({ ctx, input, signal }): AsyncIterableIterator<TrackedEnvelope<NeighbourhoodEvent>, void, void> => {
      const stop = ctx.subscription?.stop ?? signal ?? new AbortController().signal;
      const { location, radius, lastEventId } = input;
      const search = { cell: cellOf(location), radius, lastEventId, signal: stop };
      return new TrackedNeighbourhood(watchNeighbourhood(ctx.services, ctx.connection, search));
    }),
});
