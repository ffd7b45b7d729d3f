import { type Position, positionOf } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import { TrailingThrottle } from '../async/trailingThrottle.ts';
import type { BrokerSubscription } from '../broker/broker.ts';
import type { DeliveryState } from './cache/newestPageCache.ts';
import { type BrokerEvent, type ChangeEvent, decodeEnvelope, isChange } from './envelope.ts';
import type { FeedContext } from './feedContext.ts';
import type { FeedReader } from './feedReader.ts';
import { GapFiller } from './gapFiller.ts';
import { HistoryCheck } from './historyCheck.ts';
import { PendingEchoes } from './pendingEchoes.ts';
import type { FeedEntry, Ring } from './ring.ts';
import { Sequencer } from './sequencer.ts';

interface BrokerConsumerOptions {
  roomId: string;
  context: FeedContext;
  /** The entries delivered so far. */
  ring: Ring;
  reader: FeedReader;
  /** Returns the number of watchers of the room on this instance. */
  watcherCount: () => number;
  /** Takes each event: changes once and in order. It must push it to the ring. */
  deliver: (entry: FeedEntry) => void;
  /** Called when the store's history of the room differs from the history that was delivered. */
  onReplaced: () => void;
  /** Aborts when the feed is closed. */
  signal: AbortSignal;
}

/** Number of watchers from which the interval of `presence` events grows, in proportion to their number. */
const presenceWatchers = 1_000;
const presenceFactorMax = 5;

/** Factor of the interval between two `presence` events. Each is a write to every watcher, and small changes of a large count hardly matter. */
const presenceFactor = (watchers: number) => Math.min(presenceFactorMax, Math.max(1, watchers / presenceWatchers));

/**
 * Consumes the events of one room from the broker, which may lose, repeat and reorder them. It drops repeats, puts changes in order, reads
 * missing ones from the store and detects that the store's history was replaced.
 */
export class BrokerConsumer implements DeliveryState {
  readonly ring: Ring;
  readonly #options: BrokerConsumerOptions;
  readonly #subscription: BrokerSubscription;
  readonly #sequencer: Sequencer<FeedEntry>;
  readonly #gapFiller: GapFiller;
  readonly #historyCheck: HistoryCheck;
  readonly #presenceThrottle: TrailingThrottle<FeedEntry>;
  readonly #pendingEchoes = new PendingEchoes();
  #isSubscribed = false;
  #badPayloadLogged = false;

  constructor(options: BrokerConsumerOptions) {
    const { roomId, context, ring, reader, deliver, onReplaced, signal } = options;
    this.#options = options;
    this.ring = ring;
    this.#sequencer = new Sequencer(context.ringSize, (entry) => this.#deliverChange(entry));
    const presenceIntervalMs = () => context.presenceIntervalMs * presenceFactor(options.watcherCount());
    this.#presenceThrottle = new TrailingThrottle(presenceIntervalMs, deliver);
    this.#historyCheck = new HistoryCheck({
      ring,
      lastChange: (seq) => reader.lastChange(seq),
      requestCheck: context.requestCheck,
      onReplaced,
    });
    this.#gapFiller = new GapFiller({
      sequencer: this.#sequencer,
      reader,
      delayMs: context.gapDelayMs,
      onFilled: context.count,
      verify: () => this.#historyCheck.verify(ring.head),
      signal,
    });
    this.#subscription = context.broker.subscribe(roomId, (payload) => this.receive(payload));
  }

  /** Whether the subscription to the broker is active. */
  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  get isComplete(): boolean {
    return this.#sequencer.isComplete;
  }

  get headSeq(): number {
    return this.#sequencer.headSeq;
  }

  /**
   * Resolves once the room's position is known. It is read after the broker delivers, so that no change falls between the two. Rejects when
   * the store can't be read.
   */
  async start(): Promise<void> {
    const { ring, reader } = this.#options;
    await this.#untilSubscribed();
    const head = await reader.head();
    ring.initializeAt(head);
    for (const { position } of this.#sequencer.start(head.seq))
      if (position) this.#historyCheck.checkReceived(position);
    this.#gapFiller.onProgress();
  }

  /** Called before this instance publishes the event as that payload. */
  expectEcho(payload: string, event: BrokerEvent, fromConnectionId: string): void {
    if (isChange(event)) this.#pendingEchoes.add(payload, { event, fromConnectionId });
  }

  /** Takes a payload from the broker, or one that the broker refused. Never throws. */
  receive(payload: string): void {
    const { context, signal } = this.#options;
    if (signal.aborted) return;
    try {
      const { event, fromConnectionId } = this.#pendingEchoes.take(payload) ?? decodeEnvelope(payload);
      if (isChange(event)) this.#receiveChange(event, fromConnectionId);
      else this.#receiveEphemeral({ event, fromConnectionId, position: null });
    } catch (error) {
      context.count('bad_payload');
      if (!this.#badPayloadLogged)
        context.log.warn(
          { err: error },
          'broker payload ignored: unreadable (check for another program or version that publishes to these channels)',
        );
      this.#badPayloadLogged = true;
    }
  }

  /** Records that the room was read from the store at `headSeq`. */
  noteHead(headSeq: number): void {
    this.#sequencer.noteKnown(headSeq);
    this.#gapFiller.onProgress();
  }

  /**
   * Compares the store's `head` with `feedHead`, the feed's position when the store was asked. Returns false if the store seems to have
   * another history.
   */
  compare(head: Position, feedHead: Position): boolean {
    return this.#historyCheck.compare(head, feedHead);
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#presenceThrottle.close();
    this.#historyCheck.close();
  }

  /** Waits with a timeout: if the broker is unreachable, changes lost until it returns are read from the store. */
  async #untilSubscribed(): Promise<void> {
    const { context, signal } = this.#options;
    const { ready } = this.#subscription;
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), context.readyTimeoutMs).unref();
    ready.then(() => {
      this.#isSubscribed = true;
    });
    const outcome = await rejectOnAbort(Promise.race([ready, late.promise]), signal).finally(() => clearTimeout(timer));
    if (outcome === 'late') ready.then(() => context.requestCheck());
  }

  #receiveChange(event: ChangeEvent, fromConnectionId: string): void {
    const { roomId, context } = this.#options;
    if (event.message.roomId !== roomId) throw new TypeError("a change of another room on this room's channel");
    const position = positionOf(event.message);
    if (this.#sequencer.offer(position.seq, { event, fromConnectionId, position }) === 'duplicate') {
      context.count('duplicate_dropped');
      this.#historyCheck.checkReceived(position);
    }
    this.#gapFiller.onProgress();
  }

  #deliverChange(entry: FeedEntry): void {
    this.#options.deliver(entry);
    if (entry.event.type === 'message.updated') this.#pendingEchoes.forget(entry.event.message);
  }

  #receiveEphemeral(entry: FeedEntry): void {
    const { type } = entry.event;
    if (type === 'presence') {
      this.#presenceThrottle.offer(entry);
      return;
    }
    // A pending count is older than the one in these events.
    if (type === 'user.joined' || type === 'user.left') this.#presenceThrottle.drop();
    this.#options.deliver(entry);
  }
}
