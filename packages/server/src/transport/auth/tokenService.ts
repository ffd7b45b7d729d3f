import { readBounded } from '../../async/readBounded.ts';
import { setUnblockedTimeout } from '../../async/unblockedTimeout.ts';
import type { Identity } from './authenticator.ts';
import { readServiceAnswer } from './serviceAnswer.ts';

/** Maximum bytes of an answer. */
const answerBytes = 64 * 1024;

/** The outcome of a request to the authentication service. */
export type ServiceOutcome =
  /** `null`: it rejects the token. */
  | { identity: Identity | null }
  /** It fails. `isDown`: no token would get an answer. */
  | { failure: Error; isDown: boolean };

/** Statuses of a service, or of a proxy in front of it, that is overloaded or gone. 500 may be about this one token. */
const downStatuses = [429, 502, 503, 504];

/** Asks the authentication service for the user of the token, for at most `timeoutMs` milliseconds. Never rejects. */
export async function askTokenService(url: string, token: string, timeoutMs: number): Promise<ServiceOutcome> {
  const controller = new AbortController();
  const cancel = setUnblockedTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), timeoutMs);
  try {
    return await ask(url, token, controller.signal);
  } finally {
    cancel();
  }
}

async function ask(url: string, token: string, signal: AbortSignal): Promise<ServiceOutcome> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ token }),
      redirect: 'manual', // the token is for this service only
      signal,
    });
  } catch (cause) {
    return failure(reasonOf(cause), { isDown: true, cause });
  }
  const { status } = response;
  if (status !== 200) {
    response.body?.cancel().catch(() => {});
    if (status === 401 || status === 403) return { identity: null };
    return failure(`answered with status ${status}`, { isDown: downStatuses.includes(status) });
  }
  return readAnswer(response);
}

async function readAnswer(response: Response): Promise<ServiceOutcome> {
  let text: string | null;
  try {
    text = await readBounded(response.body, answerBytes);
  } catch (cause) {
    return failure(reasonOf(cause), { isDown: true, cause });
  }
  if (text === null) return failure(`answered with more than ${answerBytes} bytes`, { isDown: false });
  const read = readServiceAnswer(text);
  return 'identity' in read ? read : failure(`gave a malformed answer: ${read.problem}`, { isDown: false });
}

const reasonOf = (cause: unknown) =>
  cause instanceof DOMException && cause.name === 'TimeoutError' ? 'did not answer in time' : 'could not be reached';

function failure(problem: string, { isDown, cause }: { isDown: boolean; cause?: unknown }): ServiceOutcome {
  return { failure: new Error(`the authentication service ${problem}`, { cause }), isDown };
}
