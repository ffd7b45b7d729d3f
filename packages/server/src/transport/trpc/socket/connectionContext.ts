import type { IncomingMessage } from 'node:http';
import type { TRPCRequestInfo } from '@trpc/server/http';

export type ConnectionParams = TRPCRequestInfo['connectionParams'];

/** The context of one connection. It is created once, and every call waits for it. */
export class ConnectionContext {
  /** Null until the client has sent its connection parameters. */
  #created: Promise<unknown> | null = null;
  #isReady = false;
  #value: unknown;
  #waiting = 0;
  /** Null once the context is created: browsers send a kilobyte of headers, and a socket may be open for days. */
  #req: IncomingMessage | null;
  #closed: AbortController | null = null;

  constructor(req: IncomingMessage) {
    this.#req = req;
  }

  /** Whether the creation has begun. */
  get hasBegun(): boolean {
    return this.#created !== null || this.#isReady;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Undefined until it is created. */
  get value(): unknown {
    return this.#value;
  }

  get req(): IncomingMessage | undefined {
    return this.#req ?? undefined;
  }

  /** Calls that wait for it. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Aborts when the socket has closed. Created when it is first read: most contexts need none. */
  get signal(): AbortSignal {
    this.#closed ??= new AbortController();
    return this.#closed.signal;
  }

  /** Called when the socket has closed. */
  close(): void {
    this.#closed?.abort();
  }

  /** Creates the context, once. If that fails, every `wait` rejects. */
  create(createContext: (req: IncomingMessage) => Promise<unknown>): void {
    if (this.#req === null) return;
    const created = createContext(this.#req);
    this.#created = created;
    created.then(
      (value) => {
        this.#value = value;
        this.#isReady = true;
        this.#created = null;
        this.#req = null;
      },
      () => {
        this.#req = null;
      },
    );
  }

  /** Resolves to the context. */
  async wait(): Promise<unknown> {
    if (this.#isReady) return this.#value;
    this.#waiting += 1;
    try {
      return await this.#created;
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** The `info` of `createContext`. A connection has no calls yet. */
export function requestInfo(connectionParams: ConnectionParams, context: ConnectionContext): TRPCRequestInfo {
  return new ConnectionInfo(connectionParams, context);
}

/** A class, because an object literal with a getter is slow to create. */
class ConnectionInfo implements TRPCRequestInfo {
  readonly connectionParams: ConnectionParams;
  readonly calls = [];
  readonly isBatchCall = false;
  readonly accept = null;
  readonly type = 'unknown';
  readonly url = null;
  readonly #context: ConnectionContext;

  constructor(connectionParams: ConnectionParams, context: ConnectionContext) {
    this.connectionParams = connectionParams;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }
}
