import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalService, startLocalService } from './localService.ts';

interface HookRequest {
  headers: IncomingMessage['headers'];
  body: string;
  data: { kind: string; roomId: string; content: string; messageId: string | null };
}

type Answer = (response: ServerResponse, request: HookRequest) => void;

export interface HookService extends LocalService {
  /** All requests so far. */
  readonly requests: HookRequest[];
  /** Answers the requests from now on. */
  answer: Answer;
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
  const state = { requests: [] as HookRequest[], answer: allow };
  const service = await startLocalService(async (incoming, response) => {
    const body = await text(incoming);
    const request: HookRequest = { headers: incoming.headers, body, data: JSON.parse(body).data };
    state.requests.push(request);
    state.answer(response, request);
  });
  return Object.assign(state, { ...service, url: `${service.url}/hook` });
}
