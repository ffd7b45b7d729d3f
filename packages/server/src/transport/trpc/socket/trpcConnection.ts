import type { IncomingMessage } from 'node:http';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { RawData, WebSocket } from 'ws';
import { type Call, type CallMessage, isTooLongId, type RequestId, toCall } from './call.ts';
import {
  batchTooLargeError,
  idTooLongError,
  missingIdError,
  notABufferError,
  streamFromCallError,
} from './callErrors.ts';
import { callProcedure, isStream } from './callProcedure.ts';
import { CallQueue } from './callQueue.ts';
import { ConnectionContext, type ConnectionParams, requestInfo } from './connectionContext.ts';
import { announcesParams, readBatch, readMessage, readParams, requestRefsIn } from './frames.ts';
import { errorReply, type ReplyHead, replyPrefix, resultReply } from './replies.ts';
import { ReplyWriter } from './replyWriter.ts';
import type { ResolvedOptions } from './resolvedOptions.ts';
import { Subscriptions } from './subscriptions.ts';
import type { ConnectionLoad, SocketTransport } from './transport.ts';

/** Characters of a queued frame that count as one waiting call. */
const charsPerCall = 64;

/** One WebSocket in the protocol of tRPC's wsLink, with the envelopes of `@trpc/server/rpc`. */
export class TrpcConnection implements ConnectionLoad {
  readonly #options: ResolvedOptions;
  readonly #socket: WebSocket;
  readonly #transport: SocketTransport;
  readonly #context: ConnectionContext;
  readonly #replies: ReplyWriter;
  readonly #subscriptions: Subscriptions;
  readonly #callQueue: CallQueue;

  constructor(
    options: ResolvedOptions,
    { socket, transport, req }: { socket: WebSocket; transport: SocketTransport; req: IncomingMessage },
  ) {
    this.#options = options;
    this.#socket = socket;
    this.#transport = transport;
    this.#callQueue = new CallQueue(transport.starts);
    this.#context = new ConnectionContext(req);
    this.#replies = new ReplyWriter(options, transport, this.#context);
    this.#subscriptions = new Subscriptions(options, this.#context, this.#replies);
    if (!announcesParams(req.url)) this.#createContext(() => null);
  }

  /** Calls that wait for the context, or for earlier calls to begin. */
  get waiting(): number {
    return this.#context.waiting + this.#callQueue.weight / charsPerCall;
  }

  /** Handles a message of the client. Never throws. */
  receive(data: RawData, isBinary: boolean): void {
    if (!Buffer.isBuffer(data)) {
      this.#replies.sendError(notABufferError());
    } else if (this.#transport.admit?.(data) !== false) {
      this.#callQueue.run(data.length, () => this.#handle(isBinary ? data : data.toString()));
      this.#transport.onReceived?.(this);
    }
  }

  #handle(frame: string | Buffer): void {
    if (frame === 'PONG') return;
    if (typeof frame === 'string' && this.#transport.rejectText?.(frame)) return;
    if (frame === 'PING') this.#forEachInOrder(['PONG'], (text) => this.#replies.send(text));
    else if (!this.#context.hasBegun) this.#createContext(() => readParams(frame));
    else this.#serveFrame(frame);
  }

  /** Called when the socket has closed. */
  close(): void {
    this.#subscriptions.stopAll();
    this.#context.close();
  }

  /** Called for an error of the socket itself. */
  reportFault(error: Error): void {
    this.#replies.report(error);
  }

  /** Creates the context. An error is sent to the client, and closes the socket. */
  #createContext(params: () => ConnectionParams): void {
    this.#context.create(async (req) => {
      try {
        const info = requestInfo(params(), this.#context);
        return await this.#options.createContext({ req, res: this.#socket, info, transport: this.#transport });
      } catch (cause) {
        this.#replies.sendError(cause);
        setImmediate(() => this.#transport.close());
        throw cause;
      }
    });
  }

  #serveFrame(frame: string | Buffer): void {
    try {
      const batch = readBatch(frame);
      if (batch.length > this.#options.maxBatchSize) this.#rejectBatch(batch);
      else this.#forEachInOrder(batch.map(readMessage), (message, index) => this.#serve(message, index));
    } catch (cause) {
      this.#forEachInOrder([cause], () => this.#replies.sendError(cause));
    }
  }

  /** Calls `act` for each item, in order, before any later frame. Spread over ticks, so that no frame delays other clients. */
  #forEachInOrder<T>(items: readonly T[], act: (item: T, index: number) => void): void {
    const rest = this.#callQueue.forEach(items, act);
    if (rest) this.#options.onDeferred(rest);
  }

  #serve(message: TRPCClientOutgoingMessage, index: number): void {
    const { id, jsonrpc, method } = message;
    const { maxIdLength } = this.#options;
    if (id === null) this.#replies.sendError(missingIdError(), jsonrpc);
    else if (isTooLongId(id, maxIdLength)) this.#replies.sendError(idTooLongError(maxIdLength), jsonrpc);
    else if (method === 'subscription.stop') this.#subscriptions.stop(id);
    else this.#serveCall(message, id, index);
  }

  #serveCall(message: CallMessage, id: RequestId, batchIndex: number): void {
    try {
      const call = toCall(message, { id, batchIndex, router: this.#options.router });
      void (call.type === 'subscription' ? this.#subscriptions.start(call) : this.#answer(call));
    } catch (cause) {
      this.#replies.sendError(cause, message.jsonrpc);
    }
  }

  /** Answers a query or a mutation. */
  async #answer(call: Call): Promise<void> {
    const { router, stringify } = this.#options;
    try {
      // Awaited only if it is pending: every `await` costs microtasks, for every call.
      const ctx = this.#context.isReady ? this.#context.value : await this.#context.wait();
      const result = await callProcedure(router, call, { ctx });
      if (isStream(result)) throw streamFromCallError(call);
      this.#replies.send(resultReply(replyPrefix(call), result, stringify));
    } catch (cause) {
      this.#replies.sendCallError(call, cause);
    }
  }

  #rejectBatch(batch: readonly unknown[]): void {
    const error = this.#replies.report(batchTooLargeError());
    const text = this.#replies.errorText(error);
    const requests = requestRefsIn(batch, this.#options.maxIdLength);
    // Each request gets the error, so that no client waits for ever.
    this.#forEachInOrder<ReplyHead>(requests.length > 0 ? requests : [noRequest], (one) =>
      this.#replies.send(errorReply(replyPrefix(one), text)),
    );
  }
}

const noRequest = { id: null, jsonrpc: undefined };
