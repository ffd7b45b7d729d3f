import { once } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { WebSocket } from 'ws';

export interface Outcome {
  /** The code of the error; null for a result. */
  errorCode: string | null;
  retryAfterMs: number | undefined;
  data: unknown;
  /** Milliseconds until the answer. */
  ms: number;
}

interface Reply {
  id?: number;
  result?: { data?: { json?: unknown } };
  error?: { json: { data: { errorCode: string; retryAfterMs?: number } } };
}

/** Calls over one WebSocket that begins at a chosen local address, such as 127.0.0.2: to a proxy, every address is another client. */
export class AddressedClient implements Disposable {
  readonly #ws: WebSocket;
  readonly #pending = new Map<number, (outcome: Outcome) => void>();
  #lastId = 0;

  /** Rejects if the upgrade is refused. */
  static async open(url: string, localAddress: string, username: string): Promise<AddressedClient> {
    const { protocol, hostname } = new URL(url);
    const agent =
      protocol === 'https:' ? new HttpsAgent({ localAddress, servername: hostname }) : new HttpAgent({ localAddress });
    const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`, { agent });
    ws.on('error', () => {}); // `open` rejects, or the pending calls end
    await once(ws, 'open');
    ws.send(JSON.stringify({ method: 'connectionParams', data: { username } }));
    return new AddressedClient(ws);
  }

  constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('message', (data) => this.#onMessage(JSON.parse(String(data))));
    ws.on('close', () => {
      for (const id of this.#pending.keys())
        this.#settle(id, { errorCode: 'CLOSED', retryAfterMs: undefined, data: null });
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  /** Never rejects. */
  call(method: 'query' | 'mutation', path: string, input: unknown): Promise<Outcome> {
    this.#lastId += 1;
    const id = this.#lastId;
    const sentAt = performance.now();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#pending.set(id, (outcome) => resolve({ ...outcome, ms: performance.now() - sentAt }));
    if (this.isOpen) this.#ws.send(JSON.stringify({ id, method, params: { path, input: { json: input } } }));
    else this.#settle(id, { errorCode: 'CLOSED', retryAfterMs: undefined, data: null });
    return promise;
  }

  [Symbol.dispose](): void {
    this.#ws.terminate();
  }

  #onMessage({ id = 0, result, error }: Reply): void {
    const { errorCode = null, retryAfterMs } = error?.json.data ?? {};
    this.#settle(id, { errorCode, retryAfterMs, data: result?.data?.json });
  }

  #settle(id: number, outcome: Omit<Outcome, 'ms'>): void {
    this.#pending.get(id)?.({ ...outcome, ms: 0 });
    this.#pending.delete(id);
  }
}
