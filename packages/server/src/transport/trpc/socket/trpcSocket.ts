import {
  type AnyTRPCRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  TRPCError,
} from '@trpc/server';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { Sink } from '../../../feed/fanOut.ts';
import type { Outbound } from '../../outbound.ts';
import type { OnError } from '../onError.ts';
import {
  askedIn,
  type Call,
  type ConnectionParams,
  callOf,
  type RequestId,
  readFrame,
  readMessage,
  readParams,
} from './calls.ts';
import { answered, failed, headOf } from './replies.ts';
import { sinkOf } from './sink.ts';
import { isAbortError, Subscription, type SubscriptionLine, type Teller } from './subscription.ts';

/** What procedures are called with, as far as this concerns them. */
export interface SocketContext {
  /** Null for queries and mutations. */
  readonly subscription: SubscriptionLine | null;
}

interface TrpcSocketOptions {
  router: AnyTRPCRouter;
  /** Calls in one frame; 0: as many as fit. */
  callsPerFrame: number;
  outbound: Outbound;
  /** Whether the first message tells who connects. */
  awaitsParams: boolean;
  /** Called once. What it rejects with is told, and closes the socket. */
  createContext: (params: ConnectionParams) => Promise<SocketContext>;
  onError: OnError;
}

/**
 * One WebSocket as tRPC's client speaks it (wsLink; the envelopes are those of `@trpc/server/rpc`). tRPC's own adapter holds
 * several kilobytes for a subscription that waits, and tells procedures nothing of their request.
 */
export class TrpcSocket implements Teller {
  readonly #options: TrpcSocketOptions;
  /** Null until the client has said who it is. */
  #context: SocketContext | Promise<SocketContext> | null = null;
  #subscriptions: Map<RequestId, Subscription> | null = null;

  constructor(options: TrpcSocketOptions) {
    this.#options = options;
    if (!options.awaitsParams) this.#begin(() => null);
  }

  /** Takes a message of the client. Never throws. */
  take(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? data : data.toString();
    if (frame === 'PONG') return;
    if (frame === 'PING') this.reply('PONG');
    else if (this.#context === null) this.#begin(() => readParams(frame));
    else this.#serveFrame(frame);
  }

  /** The socket has closed. */
  close(): void {
    const subscriptions = this.#subscriptions?.values() ?? [];
    this.#subscriptions = null;
    for (const { stop } of subscriptions) stop.abort();
  }

  reply(text: string): void {
    this.#options.outbound.send(text);
  }

  fail(call: Call, cause: unknown): void {
    const error = this.report(call, cause);
    this.reply(failed(headOf(call), this.#shapeOf(error, call)));
  }

  report({ path }: Pick<Call, 'path'>, cause: unknown): TRPCError {
    const error = getTRPCErrorFromUnknown(cause);
    this.#options.onError(error, path);
    return error;
  }

  sink(head: string): Sink | undefined {
    return sinkOf(head, this.#options.outbound);
  }

  release({ call: { id } }: Subscription): void {
    this.#subscriptions?.delete(id);
  }

  #begin(params: () => ConnectionParams): void {
    const context = this.#createContext(params);
    this.#context = context;
    context.then(
      (made) => {
        this.#context = made;
      },
      () => {},
    );
  }

  async #createContext(params: () => ConnectionParams): Promise<SocketContext> {
    const { createContext, outbound } = this.#options;
    try {
      return await createContext(params());
    } catch (cause) {
      this.#refuse(getTRPCErrorFromUnknown(cause));
      setImmediate(() => outbound.close());
      throw cause;
    }
  }

  #serveFrame(frame: string | Buffer): void {
    const { router, callsPerFrame } = this.#options;
    try {
      const content = readFrame(frame);
      const batch: readonly unknown[] = Array.isArray(content) ? content : [content];
      if (callsPerFrame > 0 && batch.length > callsPerFrame) {
        this.#refuseBatch(batch);
        return;
      }
      const messages = batch.map((raw) => readMessage(raw, router));
      for (const [index, message] of messages.entries()) this.#serve(message, index);
    } catch (cause) {
      this.#refuse(getTRPCErrorFromUnknown(cause));
    }
  }

  #serve(message: TRPCClientOutgoingMessage, index: number): void {
    const { id, jsonrpc, method } = message;
    if (id === null) {
      this.#refuse(new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' }), jsonrpc);
    } else if (method === 'subscription.stop') {
      this.#subscriptions?.get(id)?.stop.abort();
    } else {
      const call = callOf(message, id, index);
      void (method === 'subscription' ? this.#subscribe(call) : this.#answer(call));
    }
  }

  /** Queries and mutations. */
  async #answer(call: Call): Promise<void> {
    try {
      // Waited for only where it must be: each wait takes turns that every call would pay for.
      const context = this.#context instanceof Promise ? await this.#context : this.#context;
      const result = await this.#call(call, context);
      if (isAsyncIterable(result)) throw streamed(call);
      this.reply(answered(headOf(call), result));
    } catch (cause) {
      this.fail(call, cause);
    }
  }

  /** The id is taken before anything is waited for, so that a stop, or the end of the socket, finds what it stops. */
  async #subscribe(call: Call): Promise<void> {
    const { id } = call;
    if (this.#subscriptions?.has(id)) {
      return this.fail(call, new TRPCError({ code: 'BAD_REQUEST', message: `Duplicate id ${id}` }));
    }
    const subscription = new Subscription(call, this);
    this.#subscriptions ??= new Map();
    this.#subscriptions.set(id, subscription);
    const values = await this.#setUp(subscription);
    if (values === null) return;
    if (subscription.stop.aborted || !this.#options.outbound.isOpen) await subscription.discard(values);
    else await subscription.run(values);
  }

  /** What the subscription yields; null when it has ended already. */
  async #setUp(subscription: Subscription): Promise<AsyncIterable<unknown> | null> {
    const { call, stop } = subscription;
    try {
      const context = await this.#context;
      if (stop.aborted || !this.#options.outbound.isOpen) {
        subscription.conclude();
        return null;
      }
      const values = await this.#call(call, { ...context, subscription });
      if (isAsyncIterable(values)) return values;
      throw notStreamed(call);
    } catch (cause) {
      if (stop.aborted && isAbortError(getTRPCErrorFromUnknown(cause).cause)) {
        subscription.conclude();
      } else {
        this.release(subscription);
        this.fail(call, cause);
      }
      return null;
    }
  }

  #call({ path, type, input, batchIndex }: Call, ctx: SocketContext | null): Promise<unknown> {
    const { router } = this.#options;
    const getRawInput = async () => input;
    return callTRPCProcedure({ router, path, getRawInput, ctx, type, signal: undefined, batchIndex });
  }

  #refuseBatch(batch: readonly unknown[]): void {
    const error = new TRPCError({ code: 'BAD_REQUEST', message: 'Batch call exceeds maximum size' });
    this.#options.onError(error, undefined);
    const shape = this.#shapeOf(error);
    const asked = askedIn(batch);
    // Each is told, so that no client waits for ever.
    for (const one of asked.length > 0 ? asked : [nobody]) this.reply(failed(headOf(one), shape));
  }

  /** Tells of an error that belongs to no request. */
  #refuse(error: TRPCError, jsonrpc?: Call['jsonrpc']): void {
    this.#options.onError(error, undefined);
    this.reply(failed(headOf({ id: null, jsonrpc }), this.#shapeOf(error)));
  }

  #shapeOf(error: TRPCError, call?: Call): string {
    const config = this.#options.router._def._config;
    const ctx = this.#context instanceof Promise ? undefined : this.#context;
    const { path, input } = call ?? {};
    const shape = getTRPCErrorShape({ config, error, type: call?.type ?? 'unknown', path, input, ctx });
    return JSON.stringify(config.transformer.output.serialize(shape));
  }
}

const nobody = { id: null, jsonrpc: undefined };

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

const streamed = ({ type }: Call) =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `Cannot return an async iterable or observable from a ${type} procedure with WebSockets`,
  });

const notStreamed = ({ path }: Call) =>
  new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: `Subscription ${path} did not return an observable or a AsyncGenerator`,
  });
