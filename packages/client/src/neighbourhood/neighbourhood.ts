import { distanceMetres, type Location, type NeighbourhoodEvent } from '@earshot/shared';
import type { EarshotApi } from '../api.ts';
import { keepSubscribed } from '../connection/keepSubscribed.ts';
import type { RetryOptions } from '../connection/withRetry.ts';
import { EarshotClientError } from '../errors.ts';
import { unrefTimer } from '../lib/timers.ts';
import { callSafely, type Readable, Value } from '../lib/value.ts';
import { NeighbourhoodExpiry } from './neighbourhoodExpiry.ts';
import { emptyNeighbourhood, type NeighbourhoodTimeline, reduceNeighbourhood } from './neighbourhoodState.ts';

export interface NeighbourhoodState extends NeighbourhoodTimeline {
  /** `live`: events arrive as they happen. `connecting`: they are interrupted and will resume. `stopped`: they will not resume. */
  readonly status: 'connecting' | 'live' | 'stopped';
  /** The reason why it is not live; null while it is, or before the first attempt. */
  readonly error: EarshotClientError | null;
}

export interface FollowOptions {
  /** Metres. Default: 5,000. */
  radius?: number;
  /** Called with each event, once, and with the state after it. */
  onEvent?: (event: NeighbourhoodEvent, state: NeighbourhoodState) => void;
  /** Called after each change of the state. */
  onChange?: (state: NeighbourhoodState) => void;
  /** The least milliseconds between two subscriptions for moves. Default: 60,000. */
  moveIntervalMs?: number;
}

interface NeighbourhoodDeps {
  trpc: EarshotApi;
  retry: RetryOptions;
  /** Called when it is closed. */
  onClosed?: () => void;
}

/** Metres: about the edge of a map cell. Shorter moves change nothing, so positions that flicker at a border of cells don't either. */
const moveMetres = 500;
const moveIntervalMs = 60_000;

/**
 * The messages of the public rooms around a location that may move. After a move it subscribes at the new location and resumes there from
 * the last event: in the rooms around both locations, no message is missing and none arrives twice.
 */
export class Neighbourhood {
  readonly state: Readable<NeighbourhoodState>;
  readonly #state: Value<NeighbourhoodState>;
  readonly #deps: NeighbourhoodDeps;
  readonly #options: FollowOptions;
  readonly #ended = new AbortController();
  /** The latest location. */
  #location: Location;
  #lastEventId: string | null = null;
  /** The number of the last change of each room in reach. */
  readonly #seqs = new Map<string, number>();
  #subscription: { location: Location; since: number; abort: AbortController } | null = null;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #expiry = new NeighbourhoodExpiry(() => this.#setUnexpired(this.#state.get()));

  constructor(location: Location, options: FollowOptions, deps: NeighbourhoodDeps) {
    this.#location = location;
    this.#options = options;
    this.#deps = deps;
    this.#state = new Value<NeighbourhoodState>({ ...emptyNeighbourhood, status: 'connecting', error: null });
    this.state = this.#state;
    if (options.onChange) this.#state.subscribe(options.onChange);
    deps.retry.signal.addEventListener('abort', () => this.close(), { once: true, signal: this.#ended.signal });
    this.#subscribe();
    if (deps.retry.signal.aborted) this.close();
  }

  /** Reports the current location. It is used at once, or when `moveIntervalMs` have passed since the last move. */
  moveTo(location: Location): void {
    this.#location = location;
    if (this.#ended.signal.aborted || this.#moveTimer !== undefined || !this.#hasMoved()) return;
    const { moveIntervalMs: interval = moveIntervalMs } = this.#options;
    const wait = (this.#subscription?.since ?? 0) + interval - performance.now();
    const move = () => {
      this.#moveTimer = undefined;
      if (this.#hasMoved()) this.#subscribe();
    };
    if (wait <= 0) move();
    else this.#moveTimer = unrefTimer(setTimeout(move, wait));
  }

  /** Ends the subscription. */
  close(): void {
    if (this.#ended.signal.aborted) return;
    this.#show('stopped', null);
    clearTimeout(this.#moveTimer);
    this.#expiry.clear();
    const reason = new EarshotClientError('ABORTED');
    this.#ended.abort(reason);
    this.#subscription?.abort.abort(reason);
    this.#deps.onClosed?.();
  }

  #hasMoved(): boolean {
    const from = this.#subscription?.location;
    return from === undefined || distanceMetres(from, this.#location) >= moveMetres;
  }

  #subscribe(): void {
    this.#subscription?.abort.abort(new EarshotClientError('ABORTED'));
    const abort = new AbortController();
    const location = this.#location;
    this.#subscription = { location, since: performance.now(), abort };
    const { radius } = this.#options;
    const { trpc, retry } = this.#deps;
    const input = { location, ...(radius !== undefined && { radius }) };
    void keepSubscribed<NeighbourhoodEvent>({
      subscribe: (resume, handlers) => trpc.places.watch.subscribe({ ...input, ...resume }, handlers),
      retry: { ...retry, signal: abort.signal },
      lastEventId: () => this.#lastEventId,
      onEvent: (event, id) => this.#receive(event, id),
      onLive: () => this.#show('live', null),
      onInterrupted: (error) => this.#show('connecting', error ?? this.#state.get().error),
      onStopped: (error) => this.#show('stopped', error),
    });
  }

  #receive(event: NeighbourhoodEvent, id: string): void {
    if (this.#ended.signal.aborted) return;
    this.#lastEventId = id;
    if (this.#isRepeated(event)) return;
    const state = this.#state.get();
    this.#expiry.noteReceived(event);
    this.#setUnexpired({ ...state, ...reduceNeighbourhood(state, event) });
    const { onEvent } = this.#options;
    if (onEvent) callSafely(() => onEvent(event, this.#state.get()));
  }

  #setUnexpired(state: NeighbourhoodState): void {
    const messages = this.#expiry.unexpired(state);
    this.#state.set(messages === state.messages ? state : { ...state, messages });
  }

  /** Notes the event's number. Returns whether an event of the room with that number was received before. */
  #isRepeated(event: NeighbourhoodEvent): boolean {
    if (event.type === 'room.left') this.#seqs.delete(event.roomId);
    if (event.type === 'room.entered') {
      this.#seqs.set(event.room.id, Math.max(0, ...event.messages.map(({ updatedSeq }) => updatedSeq)));
    }
    if (event.type !== 'event' && event.type !== 'room.described') return false;
    const updatedSeq = changeNumber(event);
    if (updatedSeq <= (this.#seqs.get(event.roomId) ?? 0)) return true;
    this.#seqs.set(event.roomId, updatedSeq);
    return false;
  }

  #show(status: NeighbourhoodState['status'], error: EarshotClientError | null): void {
    const state = this.#state.get();
    if (this.#ended.signal.aborted || (state.status === status && state.error === error)) return;
    this.#state.set({ ...state, status, error });
  }
}

/** The number of a change in its room. */
function changeNumber(event: Extract<NeighbourhoodEvent, { type: 'event' | 'room.described' }>): number {
  if (event.type === 'room.described') return event.updatedSeq;
  return event.event.type === 'reaction.changed' ? event.event.updatedSeq : event.event.message.updatedSeq;
}
