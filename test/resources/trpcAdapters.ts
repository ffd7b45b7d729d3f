import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { transformer } from '@earshot/shared';
import { initTRPC, TRPCError, tracked } from '@trpc/server';
import { applyWSSHandler, type CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import { observable } from '@trpc/server/observable';
import { WebSocket, WebSocketServer } from 'ws';
import type { AbortSignalLike } from '../../packages/server/src/async/lightAbortController.ts';
import type { ConnectionParams } from '../../packages/server/src/transport/trpc/socket/connectionContext.ts';
import { serveRouter } from '../../packages/server/src/transport/trpc/socket/serveRouter.ts';
import type { SubscriptionHandle } from '../../packages/server/src/transport/trpc/socket/subscriptionHandle.ts';

/** The state that the procedures of one connection share. */
interface TestContext {
  subscription: SubscriptionHandle | null;
  params: ConnectionParams;
  /** Promises that procedures wait for, by name. */
  gates: Map<string, PromiseWithResolvers<void>>;
  /** The starts and ends of procedures, in order. */
  log: string[];
}

const t = initTRPC.context<TestContext>().create({
  transformer,
  isDev: false,
  errorFormatter: ({ shape, error, path, type }) => {
    if (error.message === 'shapeless') throw new Error('no shape for this');
    return { ...shape, data: { ...shape.data, path, type, was: error.message } };
  },
});

const errors: Record<string, () => unknown> = {
  named: () => new TRPCError({ code: 'FORBIDDEN', message: 'not for you' }),
  plain: () => new Error('plain'),
  text: () => 'text',
  shapeless: () => new Error('shapeless'),
  abort: () => new DOMException('given up', 'AbortError'),
};

const raise = (name: string): never => {
  throw errors[name]?.();
};

const gateOf = ({ gates }: TestContext, name: string) => {
  const gate = gates.get(name) ?? Promise.withResolvers<void>();
  gates.set(name, gate);
  return gate;
};

const aborted = (signal: AbortSignalLike) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

interface Script {
  name: string;
  values: unknown[];
  tracked: boolean;
  lastEventId?: string;
  /** Awaited before the procedure returns anything. */
  setUp?: string;
  setUpFails?: string;
  end: 'at once' | 'never' | 'deaf' | 'fault' | 'unserializable';
  cleanUpFails?: string;
}

const anything = (input: unknown) => input;
const text = (input: unknown) => String(input);
const readScript = (input: unknown): Script => ({
  ...{ name: 's', values: [], tracked: false, end: 'never' },
  ...(typeof input === 'object' ? input : null),
});
const positive = (input: unknown): number => {
  if (Number(input) > 0) return Number(input);
  throw new RangeError('not positive');
};

/** One procedure for each behaviour that a procedure can have. */
const router = t.router({
  echo: t.procedure.input(anything).query(({ input }) => ({ input, at: new Date(0) })),
  params: t.procedure.query(({ ctx }) => ctx.params),
  nothing: t.procedure.mutation(() => undefined),
  checked: t.procedure.input(positive).mutation(({ input }) => input + 1),
  fail: t.procedure.input(text).mutation(({ input }) => raise(input)),
  unserializable: t.procedure.query(() => unserializable()),
  notInJson: t.procedure.input(text).query(({ input }) => notInJson[input]),
  iterable: t.procedure.query(async function* () {
    yield 1;
  }),
  open: t.procedure.input(text).mutation(({ ctx, input }) => gateOf(ctx, input).resolve()),
  wait: t.procedure.input(text).query(({ ctx, input }) => gateOf(ctx, input).promise),
  unbegun: t.procedure.input(readScript).subscription(async ({ ctx, input }) => {
    if (input.setUp !== undefined) await gateOf(ctx, input.setUp).promise;
    return unbegun;
  }),
  observable: t.procedure.input(readScript).subscription(({ ctx, input }) =>
    observable<unknown>((observer) => {
      ctx.log.push(`${input.name} begins`);
      for (const value of input.values) observer.next(value);
      if (input.end === 'fault') observer.error(errors.named?.());
      if (input.end === 'at once') observer.complete();
      return () => void ctx.log.push(`${input.name} ends`);
    }),
  ),
  observableOfQuery: t.procedure.query(() => observable<number>((observer) => observer.next(1))),
  notIterable: t.procedure.subscription((() => 5) as never),
  scripted: t.procedure.input(readScript).subscription(async ({ ctx, input, signal }) => {
    if (input.setUp !== undefined) await gateOf(ctx, input.setUp).promise;
    if (input.setUpFails) raise(input.setUpFails);
    return play(ctx, input, ctx.subscription?.stop ?? signal ?? new AbortController().signal);
  }),
});

async function* play({ log, ...ctx }: TestContext, input: Script, signal: AbortSignalLike) {
  log.push(`${input.name} begins`);
  try {
    if (input.lastEventId !== undefined) yield `after ${input.lastEventId}`;
    for (const [index, value] of input.values.entries()) yield input.tracked ? tracked(`${index}`, value) : value;
    if (input.end === 'fault') raise('named');
    if (input.end === 'unserializable') yield unserializable();
    if (input.end === 'never') await aborted(signal);
    if (input.end === 'deaf') await gateOf({ log, ...ctx }, 'deaf').promise;
  } finally {
    log.push(`${input.name} ends`);
    if (input.cleanUpFails) raise(input.cleanUpFails);
  }
}

/** An async iterable that fails when the iteration begins. */
const unbegun: AsyncIterable<number> = {
  [Symbol.asyncIterator]: () => raise('plain'),
};

function unserializable(): object {
  return {
    get broken() {
      throw new Error('can’t be read');
    },
  };
}

/** Values that JSON cannot represent. */
export const notInJson: Record<string, unknown> = {
  undefined: undefined,
  NaN: Number.NaN,
  infinite: Number.NEGATIVE_INFINITY,
  'negative zero': -0,
  bigint: 12n,
  symbol: Symbol('s'),
  function: () => 1,
  date: new Date(Number.NaN),
  regExp: /a/g,
  error: new RangeError('an error'),
  url: new URL('http://127.0.0.1/'),
  map: new Map([[1, undefined]]),
  set: new Set([1n]),
  bytes: new Uint8Array([1, 2]),
  holes: [undefined, Number.NaN, () => 1, Symbol('s'), { at: undefined, by: () => 1 }],
};

type Attach = (server: WebSocketServer, onContext: OnContext) => void;
type OnContext = (socket: WebSocket, ctx: TestContext) => void;

const maxBatchSize = 5;

const createContext =
  (onContext: OnContext) =>
  async ({ res, info }: CreateWSSContextFnOptions): Promise<TestContext> => {
    await null;
    if (info.connectionParams?.refused) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'who are you' });
    const ctx = { subscription: null, params: info.connectionParams, gates: new Map(), log: [] };
    onContext(res, ctx);
    return ctx;
  };

/** tRPC's own adapter. */
const trpcAdapter: Attach = (wss, onContext) => {
  applyWSSHandler({ wss, router, maxBatchSize, createContext: createContext(onContext), onError: () => {} });
};

let failures = 0;
/** Clients and the process must not be affected if this fails: synchronously, asynchronously, or by its return value. */
const onError = (): unknown => {
  failures += 1;
  if (failures % 3 === 0) throw new Error('can’t report');
  if (failures % 3 === 1) return Promise.reject(new Error('can’t report'));
  return Object.defineProperty({}, 'then', { get: () => raise('plain') });
};

/** Ours, as a drop-in replacement. */
const earshotAdapter: Attach = (wss, onContext) => {
  serveRouter(wss, { router, maxBatchSize, createContext: createContext(onContext), onError });
};

/** Ours without an AbortSignal for each subscription. */
const earshotWithoutSignals: Attach = (wss, onContext) => {
  serveRouter(wss, {
    ...{ router, maxBatchSize, createContext: createContext(onContext), onError },
    signals: false,
    subscriptionContext: (ctx, subscription) => ({ ...ctx, subscription }),
  });
};

export interface Adapter extends AsyncDisposable {
  connect(query?: string): Promise<Wire>;
}

/** A connection from the client's side, with the log of the server. */
export interface Wire {
  readonly ws: WebSocket;
  /** Sends one frame, waits until the server has handled it, and returns the server's answers. */
  send(frame: string | Buffer): Promise<string[]>;
  /** The starts and ends of procedures. */
  log(): readonly string[];
  /** Resolves when both ends are closed, with the code that the client received. */
  readonly closed: Promise<number>;
}

async function start(attach: Attach): Promise<Adapter> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(wss, 'listening');
  const contexts = new WeakMap<WebSocket, TestContext>();
  attach(wss, (socket, ctx) => contexts.set(socket, ctx));
  const connect = async (query = ''): Promise<Wire> => {
    const accepted = once(wss, 'connection');
    const ws = new WebSocket(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}/${query}`);
    ws.on('error', () => {});
    const clientClosed = new Promise<number>((resolve) => ws.on('close', resolve));
    let received: string[] = [];
    let wake = () => {};
    ws.on('message', (data) => {
      received.push(String(data));
      wake();
    });
    const [[serverSocket]] = await Promise.all([accepted, once(ws, 'open')]);
    const serverClosed = once(serverSocket, 'close');
    const pong = async () => {
      const before = received.filter((text) => text === 'PONG').length;
      ws.send('PING');
      while (ws.readyState === ws.OPEN && received.filter((text) => text === 'PONG').length === before) {
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), clientClosed]);
      }
    };
    const send = async (frame: string | Buffer) => {
      ws.send(frame);
      // The first pong may arrive before the effects of the frame; the second is sent several ticks of the event loop later.
      await pong();
      await pong();
      const answers = received.filter((text) => text !== 'PONG');
      received = [];
      return answers;
    };
    const closed = Promise.all([clientClosed, serverClosed]).then(([code]) => code);
    return { ws, send, log: () => contexts.get(serverSocket)?.log ?? [], closed };
  };
  const dispose = async () => {
    for (const client of wss.clients) client.terminate();
    wss.close();
  };
  return { connect, [Symbol.asyncDispose]: dispose };
}

/** Runs the same procedures behind tRPC's own adapter and behind Earshot's. */
export async function startAdapters() {
  const adapters = {
    trpcAdapter: await start(trpcAdapter),
    earshotAdapter: await start(earshotAdapter),
    earshotWithoutSignals: await start(earshotWithoutSignals),
  };
  const dispose = async () => {
    for (const adapter of Object.values(adapters)) await adapter[Symbol.asyncDispose]();
  };
  return { ...adapters, [Symbol.asyncDispose]: dispose };
}
