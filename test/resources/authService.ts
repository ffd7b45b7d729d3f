import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalService, startLocalService } from './localService.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface AuthService extends LocalService {
  /** The token of each request, as the body has it. */
  readonly asked: string[];
  /** Headers of the last request. */
  headers: IncomingMessage['headers'];
  /** Answers the requests from now on. */
  answer: Handler;
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
  const service = await startLocalService(async (request, response) => {
    const body: { token: string } = JSON.parse(await text(request));
    state.asked.push(body.token);
    state.headers = request.headers;
    state.answer(request, response);
  });
  function fromUsers(_request: IncomingMessage, response: ServerResponse): void {
    const user = users[state.asked.at(-1) ?? ''];
    json(user ?? {}, user === undefined ? 401 : 200)(_request, response);
  }
  return Object.assign(state, { ...service, url: `${service.url}/verify` });
}
