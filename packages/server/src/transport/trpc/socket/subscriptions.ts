import { getTRPCErrorFromUnknown } from '@trpc/server';
import type { Call, RequestId } from './call.ts';
import { duplicateIdError, noStreamError } from './callErrors.ts';
import { callProcedure, isStream, toAbortSignal, valuesOf } from './callProcedure.ts';
import type { ConnectionContext } from './connectionContext.ts';
import { isAbortError } from './errors.ts';
import type { ReplyWriter } from './replyWriter.ts';
import type { ResolvedOptions } from './resolvedOptions.ts';
import { Subscription } from './subscription.ts';

/** The subscriptions of one connection, by request id. */
export class Subscriptions {
  readonly replies: ReplyWriter;
  readonly #options: ResolvedOptions;
  readonly #context: ConnectionContext;
  #byId: Map<RequestId, Subscription> | null = null;

  constructor(options: ResolvedOptions, context: ConnectionContext, replies: ReplyWriter) {
    this.#options = options;
    this.#context = context;
    this.replies = replies;
  }

  get stringify(): ResolvedOptions['stringify'] {
    return this.#options.stringify;
  }

  /** Registers the id before anything is awaited, so that a stop, or the close of the socket, finds the subscription. */
  async start(call: Call): Promise<void> {
    if (this.#byId?.has(call.id)) return this.replies.sendCallError(call, duplicateIdError(call));
    const subscription = new Subscription(call, this);
    this.#byId ??= new Map();
    this.#byId.set(call.id, subscription);
    const values = await this.#setUp(subscription);
    if (values === null) return;
    if (this.#hasEnded(subscription)) await subscription.discard(values);
    else await subscription.run(values);
  }

  stop(id: RequestId): void {
    this.#byId?.get(id)?.stop.abort();
  }

  /** Called when the socket has closed. */
  stopAll(): void {
    const subscriptions = this.#byId?.values() ?? [];
    this.#byId = null;
    for (const { stop } of subscriptions) stop.abort();
  }

  release({ call: { id } }: Subscription): void {
    this.#byId?.delete(id);
  }

  /** Calls the procedure. Resolves to null if the subscription has already ended. */
  async #setUp(subscription: Subscription): Promise<AsyncIterable<unknown> | null> {
    const { call, stop } = subscription;
    const { router, signals, subscriptionContext } = this.#options;
    try {
      // Always awaited: a stop in the same frame must come before the procedure begins.
      const ctx = await this.#context.wait();
      if (this.#hasEnded(subscription)) {
        subscription.sendStopped();
        return null;
      }
      const signal = signals ? toAbortSignal(stop) : undefined;
      const stream = await callProcedure(router, call, { ctx: subscriptionContext(ctx, subscription), signal });
      if (isStream(stream)) return valuesOf(stream, stop);
      throw noStreamError(call);
    } catch (cause) {
      if (stop.aborted && isAbortError(getTRPCErrorFromUnknown(cause).cause)) {
        subscription.sendStopped();
      } else {
        this.release(subscription);
        this.replies.sendCallError(call, cause);
      }
      return null;
    }
  }

  /** Whether the client has stopped the subscription, or the socket is closing. */
  #hasEnded({ stop }: Subscription): boolean {
    return stop.aborted || !this.replies.isOpen;
  }
}
