import { formatPosition, type RoomEvent } from '@earshot/shared';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import { iteratorDone } from '../../async/iteratorDone.ts';
import type { WatchedEvent } from '../../domain/watchRoom.ts';
import type { Handoff } from '../../feed/hub.ts';
import { asTrpcError } from './errorShape.ts';
import { toRoomEvent } from './roomEvent.ts';
import { givenAway } from './sharedAnswers.ts';
import type { SubscriptionHandle } from './socket/subscription.ts';

type Tracked = TrackedEnvelope<RoomEvent>;

/** A watch as an iterator for tRPC. A generator would work too, but hold half a kilobyte for each of many thousands of idle watchers. */
export class TrackedWatch implements AsyncIterableIterator<Tracked, void, void> {
  readonly #watch: AsyncGenerator<WatchedEvent | Handoff, void, void>;
  readonly #subscription: SubscriptionHandle | null;

  constructor(watch: AsyncGenerator<WatchedEvent | Handoff, void, void>, subscription: SubscriptionHandle | null) {
    this.#watch = watch;
    this.#subscription = subscription;
  }

  async next(): Promise<IteratorResult<Tracked, void>> {
    try {
      const { done, value } = await this.#watch.next();
      if (done) return iteratorDone;
      if ('begin' in value) {
        this.#subscription?.handOff(value);
        return iteratorDone;
      }
      // Every event is tracked: tRPC's client resumes from the last event's id, and an event without one would erase it.
      const event = toRoomEvent(value.event);
      return {
        done: false,
        value: tracked(formatPosition(value.position), this.#subscription ? event : givenAway(event)),
      };
    } catch (error) {
      throw asTrpcError(error);
    }
  }

  async return(): Promise<IteratorResult<Tracked, void>> {
    try {
      await this.#watch.return();
      return iteratorDone;
    } catch (error) {
      throw asTrpcError(error);
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
