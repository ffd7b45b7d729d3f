import { type AnyTRPCRouter, callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { Sink } from '../../../feed/sharedWatcher.ts';
import type { InFlight } from '../../inFlight.ts';
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

/** What procedures are called with, as far as this concerns them. */
export interface SocketContext {
  /** Null for queries and mutations. */
  readonly subscription: SubscriptionHandle | null;
}

/** What all sockets share. */
interface TrpcSocketOptions {
  router: AnyTRPCRouter;
  /** Calls in one frame; 0: as many as fit. */
  callsPerFrame: number;
  /** Counts calls that are left for later, so that a server which stops waits for them. */
  inFlight: Pick<InFlight, 'run'>;
  onError: OnError;
}

/** Characters of a waiting frame that count as one call. */
const charsPerCall = 64;

/** Who is served on a socket. */
interface SocketClient {
  readonly outbound: Outbound;
  /** Called once. What it rejects with is told, and closes the socket. */
  createContext(params: ConnectionParams): Promise<SocketContext>;
  /** Ends the socket, as for a frame that is too long. */
  endTooLarge(): void;
}

/**
 * One WebSocket as tRPC's client speaks it (wsLink; the envelopes are those of `@trpc/server/rpc`). tRPC's own adapter holds
 * several kilobytes for a subscription that waits, and tells procedures nothing of their request.
 */
export class TrpcSocket implements ReplyWriter {
  readonly #options: TrpcSocketOptions;
  readonly #client: SocketClient;
  /** Null until the client has said who it is. */
  #context: SocketContext | Promise<SocketContext> | null = null;
  #waiting = 0;
  readonly #tickQueue = new TickQueue();
  #subscriptions: Map<RequestId, Subscription> | null = null;

  /** `url`: of the upgrade. It says whether the first message tells who connects. */
  constructor(options: TrpcSocketOptions, client: SocketClient, url = '') {
    this.#options = options;
    this.#client = client;
    if (new URLSearchParams(url.split('?')[1]).get('connectionParams') !== '1') this.#begin(() => null);
  }

  /** Calls that wait until it is known who the client is, or until those before them have begun. */
  get waiting(): number {
    return this.#waiting + this.#tickQueue.weight / charsPerCall;
  }

  /** Takes a message of the client. Never throws. */
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

  /** The socket has closed. */
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
    // Nobody waits for a callback that may be asynchronous: what it throws or rejects with would end the process.
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

  /** For the sinks. Whoever watches several rooms is often told of several in one turn. */
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

  /** Does something for each, in order, and before what comes after. So that no frame holds up other clients, not all at once. */
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

  /** Queries and mutations. */
  async #answer(call: Call): Promise<void> {
    try {
      // Waited for only where it must be: each wait takes turns that every call would pay for.
      const ready = this.#readyContext();
      const context = ready instanceof Promise ? await ready : ready;
      const result = await this.#call(call, context);
      if (isAsyncIterable(result)) throw streamFromCallError(call);
      this.reply(resultReply(replyPrefix(call), result));
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
    if (subscription.stop.aborted || !this.#client.outbound.isOpen) await subscription.discard(values);
    else await subscription.run(values);
  }

  /** What the subscription yields; null when it has ended already. */
  async #setUp(subscription: Subscription): Promise<AsyncIterable<unknown> | null> {
    const { call, stop } = subscription;
    try {
      // Waited for in any case: a stop in the same frame comes before anything begins.
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
    // Each is told, so that no client waits for ever.
    this.#forEachInOrder<ReplyHead>(requests.length > 0 ? requests : [noRequest], (one) =>
      this.reply(errorReply(replyPrefix(one), shape)),
    );
  }

  /** Tells of an error that belongs to no request. */
  #sendError(cause: unknown, jsonrpc?: Call['jsonrpc']): void {
    const error = this.report(undefined, cause);
    this.reply(errorReply(replyPrefix({ id: null, jsonrpc }), this.#errorShape(error)));
  }

  /** The text of an error as clients see it; a plain one where that can't be made, so that each is told something. */
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
