import { createHash, randomUUID } from 'node:crypto';
import { CircuitBreaker } from '../async/circuitBreaker.ts';
import { readBounded } from '../async/readBounded.ts';
import { Semaphore } from '../async/semaphore.ts';
import {
  type MessageHook,
  type MessageVerdict,
  type ScreenedMessage,
  verdictSchema,
} from '../domain/screening/messageHook.ts';
import { webhookHeaders } from './webhookSignature.ts';

interface HttpHookOptions {
  url: string;
  secret: Uint8Array;
  limits?: Partial<typeof hookLimits>;
}

export const hookLimits = {
  /** Concurrent requests; further messages wait for one to end. */
  requests: 64,
  answerBytes: 64 * 1024,
  /** Consecutive failures after which the service is not called, and the milliseconds between two probes then. */
  failures: 5,
  pauseMs: 1_000,
};

/** A service that is overloaded or gone. */
class ServiceDown extends Error {}

/** Asks a service over HTTP, with requests that are signed by the convention of Standard Webhooks. */
export function httpMessageHook({ url, secret, limits }: HttpHookOptions): MessageHook {
  const { requests, answerBytes, failures, pauseMs } = { ...hookLimits, ...limits };
  const slots = new Semaphore(requests);
  const breaker = new CircuitBreaker({ failures, pauseMs });

  async function post(message: ScreenedMessage, signal: AbortSignal): Promise<MessageVerdict> {
    const now = new Date();
    const body = JSON.stringify({ type: 'message.screen', timestamp: now.toISOString(), data: message });
    const id = idOf(message);
    const signature = webhookHeaders(secret, { id, timestamp: Math.floor(now.getTime() / 1_000), body });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...signature },
      body,
      redirect: 'manual', // messages go only to this URL
      signal,
    });
    const { status } = response;
    if (status !== 200) {
      response.body?.cancel().catch(() => {});
      if (status === 204) return { action: 'allow' };
      const problem = `the service answered with status ${status}`;
      throw status >= 500 || status === 429 ? new ServiceDown(problem) : new Error(problem);
    }
    return verdictIn(await readBounded(response.body, answerBytes));
  }

  return async (message, { signal }) => {
    const release = await slots.acquire();
    try {
      if (signal.aborted) throw new Error('too many requests to the service are in progress');
      if (breaker.admit() > 0) throw new Error('the service failed repeatedly');
      const verdict = await reported(breaker, () => post(message, signal));
      return verdict;
    } finally {
      release();
    }
  };
}

/** Reports to the breaker whether the service works: malformed answers of one message are no reason to stop asking. */
async function reported(breaker: CircuitBreaker, ask: () => Promise<MessageVerdict>): Promise<MessageVerdict> {
  try {
    const verdict = await ask();
    breaker.succeeded();
    return verdict;
  } catch (error) {
    const isDown = !(error instanceof MalformedAnswer) && (error instanceof ServiceDown || isNetworkError(error));
    if (isDown) breaker.failed();
    else breaker.succeeded();
    throw error;
  }
}

class MalformedAnswer extends Error {}

/** `fetch` rejects with a TypeError if there is no connection, and with a DOMException if it is aborted. */
const isNetworkError = (error: unknown) => error instanceof TypeError || error instanceof DOMException;

function verdictIn(text: string | null): MessageVerdict {
  if (text === null) throw new MalformedAnswer('the answer of the service is too long');
  try {
    return verdictSchema.parse(JSON.parse(text));
  } catch {
    throw new MalformedAnswer('the answer of the service is no verdict'); // not quoted: it may contain the message
  }
}

/** The id of a request. A repeated send has the same, so that the service can recognize it. */
function idOf({ user, roomId, clientMessageId }: ScreenedMessage): string {
  if (clientMessageId === null) return `msg_${randomUUID()}`;
  const parts = JSON.stringify([user.userId, roomId, clientMessageId]);
  return `msg_${createHash('sha256').update(parts).digest('hex').slice(0, 32)}`;
}
