import type { IncomingMessage } from 'node:http';
import type {
  AnyTRPCRouter,
  CreateContextCallback,
  inferRouterContext,
  TRPCError,
  TRPCProcedureType,
} from '@trpc/server';
import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import type { SubscriptionHandle } from './subscriptionHandle.ts';
import type { SocketTransport } from './transport.ts';

/** The argument of `createContext`: that of `applyWSSHandler`, and the socket's transport. */
export type CreateContextOptions<TTransport> = CreateWSSContextFnOptions & { readonly transport: TTransport };

type Awaitable<T> = T | Promise<T>;

/** The argument of `onError`, as in `applyWSSHandler`. */
export interface ErrorInfo<TContext> {
  readonly error: TRPCError;
  readonly type: TRPCProcedureType | 'unknown';
  readonly path: string | undefined;
  readonly input: unknown;
  /** Undefined until it is created. */
  readonly ctx: TContext | undefined;
  /** The upgrade request; undefined once the context is created, because the request is not retained after that. */
  readonly req: IncomingMessage | undefined;
}

/** The options of `serveRouter`. The README compares them with those of `applyWSSHandler`. */
export type TrpcSocketOptions<
  TRouter extends AnyTRPCRouter,
  TTransport extends SocketTransport = SocketTransport,
> = AdapterOptions<TRouter, TTransport> &
  CreateContextCallback<inferRouterContext<TRouter>, ContextCreator<TRouter, TTransport>['createContext']>;

interface ContextCreator<TRouter extends AnyTRPCRouter, TTransport> {
  createContext(options: CreateContextOptions<TTransport>): Awaitable<inferRouterContext<TRouter>>;
}

interface AdapterOptions<TRouter extends AnyTRPCRouter, TTransport> {
  router: TRouter;
  /** Called with every error of a call, a frame or a socket. A promise that it returns may reject. */
  onError?(info: ErrorInfo<inferRouterContext<TRouter>>): unknown;
  /** Sockets whose URL does not start with this are ignored. */
  prefix?: string | undefined;
  /** Pings quiet clients with tRPC's `PING` message, and terminates those that do not answer. */
  keepAlive?: { enabled: boolean; pingMs?: number; pongWaitMs?: number } | undefined;
  /** Maximum calls in one frame. Default: unbounded. */
  maxBatchSize?: number | undefined;

  /** Maximum characters of a request id; every event of a subscription repeats it. Default: unbounded. */
  maxIdLength?: number | undefined;
  /** The transport of a socket, for a server with its own limits and backpressure. Default: the socket itself. */
  transport?(socket: WebSocket, req: IncomingMessage): TTransport;
  /** The JSON text of a result. Default: the router's transformer and `JSON.stringify`. A server may cache texts. */
  stringify?(value: unknown): string;
  /** The context of one subscription: where a procedure gets its handle from. Default: the context of the connection. */
  subscriptionContext?(ctx: inferRouterContext<TRouter>, subscription: SubscriptionHandle): inferRouterContext<TRouter>;
  /**
   * Whether a subscription's procedure gets an AbortSignal as `signal`. Default: true. Without it, the procedure uses
   * `stop` of the handle, which takes a tenth of the memory.
   */
  signals?: boolean | undefined;
  /** Called when a frame's calls are left for later ticks. The promise resolves when all of them have begun. */
  onDeferred?(begun: Promise<void>): void;
}
