import { type AnyTRPCRouter, callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { InFlight } from '../../../async/inFlight.ts';
import type { Sink } from '../../../feed/subscriber.ts';
import type { Outbound } from '../../outbound.ts';
import type { MakeFrame } from '../../textFrame.ts';
import type { OnError } from '../onError.ts';
import {
  type Call,
  type CallMessage,
  type ConnectionParams,
  isCostlyFrame,
  isTooLongId,
  type RequestId,
  readFrame,
  readMessage,
  readParams,
  requestRefsIn,
  toCall,
} from './calls.ts';
import {
  errorShape,
  idTooLongError,
  isAbortError,
  isWrongType,
  noStreamError,
  plainErrorShape,
  streamFromCallError,
  wrongTypeError,
} from './errors.ts';
import { errorReply, type ReplyHead, replyPrefix, resultReply } from './replies.ts';
import { sinkOf } from './sink.ts';
import { type ReplyWriter, Subscription, type SubscriptionHandle } from './subscription.ts';
import { TickQueue } from './tickQueue.ts';

/** The part of a procedure's context that the socket needs. */
export interface SocketContext {
  /** Null for queries and mutations. */
  readonly subscription: SubscriptionHandle | null;
}

/** The options that all sockets share. */
interface TrpcSocketOptions {
  router: AnyTRPCRouter;
  /** Maximum calls in one frame; 0: unbounded. */
  callsPerFrame: number;
  /** Counts calls that are left for later ticks, so that a stopping server waits for them. */
  inFlight: Pick<InFlight, 'run'>;
  onError: OnError;
}

/** Characters of a queued frame that count as one call. */
const charsPerCall = 64;

/** The client of a socket. */
interface SocketClient {
  readonly outbound: Outbound;
  /** Called once. A rejection is sent to the client, and closes the socket. */
  createContext(params: ConnectionParams): Promise<SocketContext>;
  /** Closes the socket, as for a frame that is too long. */
  endTooLarge(): void;
}

/**
 * One WebSocket in the protocol of tRPC's wsLink, with the envelopes of `@trpc/server/rpc`. It replaces tRPC's own
 * adapter, which holds several kilobytes for each waiting subscription and passes procedures nothing of their request.
 */
export class TrpcSocket implements ReplyWriter {
  readonly #options: TrpcSocketOptions;
  readonly #client: SocketClient;
  /** Null until the client has sent its connection parameters. */
  #context: SocketContext | Promise<SocketContext> | null = null;
  #waiting = 0;
  readonly #tickQueue = new TickQueue();
  #subscriptions: Map<RequestId, Subscription> | null = null;

  /** `url`: the upgrade's. It says whether the first message holds connection parameters. */
  constructor(options: TrpcSocketOptions, client: SocketClient, url = '') {
    this.#options = options;
    this.#client = client;
    if (new URLSearchParams(url.split('?')[1]).get('connectionParams') !== '1') this.#begin(() => null);
  }

  /** Calls that wait for the context, or for earlier calls to begin. */
  get waiting(): number {
    return this.#waiting + this.#tickQueue.weight / charsPerCall;
  }

  /** Handles a message of the client. Never throws. */
  take(data: Buffer, isBinary: boolean): void {
    this.#tickQueue.run(data.length, () => this.#take(isBinary ? data : data.toString()));
  }

  #take(frame: string | Buffer): void {
    if (frame === 'PONG') return;
    if (isCostlyFrame(frame, this.#options.callsPerFrame)) this.#client.endTooLarge();
    else if (frame === 'PING') this.#forEachInOrder(['PONG'], (text) => this.reply(text));
    else if (this.#context === null) this.#begin(() => readParams(frame));
    else this.#serveFrame(frame);
  }

  /** Called when the socket has closed. */
  close(): void {
    const subscriptions = this.#subscriptions?.values() ?? [];
    this.#subscriptions = null;
    for (const { stop } of subscriptions) stop.abort();
  }

  reply(text: string): void {
    this.#client.outbound.send(text);
  }

  fail(call: Call, cause: unknown): void {
    const error = this.report(call, cause);
    this.reply(errorReply(replyPrefix(call), this.#errorShape(error, call)));
  }

  report(call: Call | undefined, cause: unknown): TRPCError {
    const error = getTRPCErrorFromUnknown(cause);
    // `onError` may be asynchronous, and nothing awaits it: an unhandled rejection would end the process.
    new Promise((resolve) => resolve(this.#options.onError(error, call?.path))).catch(() => {});
    return error;
  }

  sink(prefix: string): Sink | undefined {
    return sinkOf(prefix, this);
  }

  /** For the sinks. */
  get frame(): MakeFrame {
    return this.#client.outbound.frame;
  }

  /** For the sinks. A client with several subscriptions often gets several events in one tick, so its writes are batched. */
  writeFrames(bytes: Uint8Array): boolean {
    const hasSeveral = this.#subscriptions !== null && this.#subscriptions.size > 1;
    return this.#client.outbound.writeFrames(bytes, hasSeveral);
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
    try {
      return await this.#client.createContext(params());
    } catch (cause) {
      this.#sendError(cause);
      setImmediate(() => this.#client.outbound.close());
      throw cause;
    }
  }

  #serveFrame(frame: string | Buffer): void {
    const { callsPerFrame } = this.#options;
    try {
      const content = readFrame(frame);
      const batch: readonly unknown[] = Array.isArray(content) ? content : [content];
      if (callsPerFrame > 0 && batch.length > callsPerFrame) {
        this.#rejectBatch(batch);
        return;
      }
      const messages = batch.map(readMessage);
      this.#forEachInOrder(messages, (message, index) => this.#serve(message, index));
    } catch (cause) {
      this.#forEachInOrder([cause], () => this.#sendError(cause));
    }
  }

  /** Calls `act` for each item, in order, before any later frame. Spread over ticks, so that no frame delays other clients. */
  #forEachInOrder<T>(items: readonly T[], act: (item: T, index: number) => void): void {
    const rest = this.#tickQueue.forEach(items, act);
    if (rest) void this.#options.inFlight.run(() => rest);
  }

  #serve(message: TRPCClientOutgoingMessage, index: number): void {
    const { id, jsonrpc, method } = message;
    if (id === null) {
      this.#sendError(new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' }), jsonrpc);
    } else if (isTooLongId(id)) {
      this.#sendError(idTooLongError(), jsonrpc);
    } else if (method === 'subscription.stop') {
      this.#subscriptions?.get(id)?.stop.abort();
    } else {
      this.#serveCall(message, { id, batchIndex: index, router: this.#options.router });
    }
  }

  #serveCall(message: CallMessage, as: Parameters<typeof toCall>[1]): void {
    try {
      const call = toCall(message, as);
      void (call.type === 'subscription' ? this.#subscribe(call) : this.#answer(call));
    } catch (cause) {
      this.#sendError(cause, message.jsonrpc);
    }
  }

  #readyContext(): SocketContext | Promise<SocketContext> | null {
    const context = this.#context;
    return context instanceof Promise ? this.#waitFor(context) : context;
  }

  async #waitFor(context: Promise<SocketContext>): Promise<SocketContext> {
    this.#waiting += 1;
    try {
      return await context;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Answers a query or a mutation. */
  async #answer(call: Call): Promise<void> {
    try {
      // Awaited only if it is a promise: every `await` costs microtasks, for every call.
      const ready = this.#readyContext();
      const context = ready instanceof Promise ? await ready : ready;
      const result = await this.#call(call, context);
      if (isAsyncIterable(result)) throw streamFromCallError(call);
      this.reply(resultReply(replyPrefix(call), result));
    } catch (cause) {
      this.fail(call, cause);
    }
  }

  /** Registers the id before anything is awaited, so that a stop, or the close of the socket, finds the subscription. */
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
    if (subscription.stop.aborted || !this.#client.outbound.isOpen) await subscription.discard(values);
    else await subscription.run(values);
  }

  /** Calls the procedure. Resolves to null if the subscription has already ended. */
  async #setUp(subscription: Subscription): Promise<AsyncIterable<unknown> | null> {
    const { call, stop } = subscription;
    try {
      // Always awaited: a stop in the same frame must come before the procedure begins.
      const context = await this.#readyContext();
      if (stop.aborted || !this.#client.outbound.isOpen) {
        subscription.sendStopped();
        return null;
      }
      const values = await this.#call(call, { ...context, subscription });
      if (isAsyncIterable(values)) return values;
      throw noStreamError(call);
    } catch (cause) {
      if (stop.aborted && isAbortError(getTRPCErrorFromUnknown(cause).cause)) {
        subscription.sendStopped();
      } else {
        this.release(subscription);
        this.fail(call, cause);
      }
      return null;
    }
  }

  #call(call: Call, ctx: SocketContext | null): Promise<unknown> {
    const { router } = this.#options;
    if (isWrongType(router, call)) throw wrongTypeError(call);
    const { path, type, input, batchIndex } = call;
    const getRawInput = async () => input;
    return callTRPCProcedure({ router, path, getRawInput, ctx, type, signal: undefined, batchIndex });
  }

  #rejectBatch(batch: readonly unknown[]): void {
    const error = new TRPCError({ code: 'BAD_REQUEST', message: 'Batch call exceeds maximum size' });
    this.report(undefined, error);
    const shape = this.#errorShape(error);
    const requests = requestRefsIn(batch);
    // Each request gets the error, so that no client waits for ever.
    this.#forEachInOrder<ReplyHead>(requests.length > 0 ? requests : [noRequest], (one) =>
      this.reply(errorReply(replyPrefix(one), shape)),
    );
  }

  /** Sends an error that belongs to no request. */
  #sendError(cause: unknown, jsonrpc?: Call['jsonrpc']): void {
    const error = this.report(undefined, cause);
    this.reply(errorReply(replyPrefix({ id: null, jsonrpc }), this.#errorShape(error)));
  }

  /** The text of an error as clients see it. Falls back to a plain error if the formatter throws, so that each request is answered. */
  #errorShape(error: TRPCError, call?: Call): string {
    const { router } = this.#options;
    const ctx = this.#context instanceof Promise ? undefined : this.#context;
    try {
      return errorShape(router, { error, call, ctx });
    } catch (cause) {
      this.report(call, cause);
      return plainErrorShape(router);
    }
  }
}

const noRequest = { id: null, jsonrpc: undefined };

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
