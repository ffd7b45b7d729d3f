import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface AuthService extends AsyncDisposable {
  readonly url: string;
  /** The token of each request, as the body has it. */
  readonly asked: string[];
  /** Headers of the last request. */
  headers: IncomingMessage['headers'];
  /** Answers the requests from now on. */
  answer: Handler;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
  /** Listens on the same port again. */
  restart(): Promise<void>;
}

/** Answers with that status and JSON. */
export const json =
  (value: unknown, status = 200): Handler =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** Never answers. */
export const hang: Handler = () => {};

/** An authentication service on a free port. At first, a token is valid if it is the name of a user in `users`. */
export async function startAuthService(users: Record<string, object> = {}): Promise<AuthService> {
  const state = { asked: [] as string[], headers: {} as IncomingMessage['headers'], answer: fromUsers };
  const server = createServer(async (request, response) => {
    const body: { token: string } = JSON.parse(await text(request));
    state.asked.push(body.token);
    state.headers = request.headers;
    state.answer(request, response);
  });
  function fromUsers(_request: IncomingMessage, response: ServerResponse): void {
    const user = users[state.asked.at(-1) ?? ''];
    json(user ?? {}, user === undefined ? 401 : 200)(_request, response);
  }
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
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/verify`,
    stop,
    restart,
    [Symbol.asyncDispose]: stop,
  });
}
