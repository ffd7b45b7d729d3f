import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface HookRequest {
  headers: IncomingMessage['headers'];
  body: string;
  data: { kind: string; roomId: string; content: string; messageId: string | null };
}

type Answer = (response: ServerResponse, request: HookRequest) => void;

export interface HookService extends AsyncDisposable {
  readonly url: string;
  /** All requests so far. */
  readonly requests: HookRequest[];
  /** Number of connections so far. */
  connections: number;
  /** Answers the requests from now on. */
  answer: Answer;
  stop(): Promise<void>;
  /** Listens on the same port again. */
  restart(): Promise<void>;
}

/** The secret that requests are signed with, for `MESSAGE_HOOK_SECRET`. */
export const hookSecret = `whsec_${Buffer.from('a key of thirty-two bytes: 12345').toString('base64')}`;

export const verdict =
  (value: unknown, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

export const allow = verdict({ action: 'allow' });

/** Whether a receiver that knows the secret accepts the request. */
export function isSigned({ headers, body }: HookRequest): boolean {
  const key = Buffer.from(hookSecret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const age = Date.now() / 1_000 - Number(headers['webhook-timestamp']);
  const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return headers['webhook-signature'] === signature && Math.abs(age) < 300;
}

/** A service that decides about messages, on a free port. At first it allows all. */
export async function startHookService(): Promise<HookService> {
  const state = { requests: [] as HookRequest[], connections: 0, answer: allow };
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const request: HookRequest = { headers: incoming.headers, body, data: JSON.parse(body).data };
    state.requests.push(request);
    state.answer(response, request);
  });
  server.on('connection', () => {
    state.connections += 1;
  });
  let port = 0;
  const restart = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  await restart();
  return Object.assign(state, { url: `http://127.0.0.1:${port}/hook`, stop, restart, [Symbol.asyncDispose]: stop });
}
