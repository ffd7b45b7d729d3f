import type { Session } from '@earshot/shared';
import { asEarshotError } from '../errors.ts';
import type { Mutation, Query } from '../procedureTypes.ts';
import { delay } from './interruptibleDelays.ts';

interface KeepIdentityOptions {
  auth: { session: Query<void, Session>; refresh: Mutation<{ token: string }, Session> };
  getToken: () => Promise<string>;
  /** Aborts when the connection ends. */
  signal: AbortSignal;
  random?: () => number;
}

/** Milliseconds. A failed renewal is repeated after one to two of them, and no renewal comes sooner after another. */
const pauseMs = 1_000;
/** A renewal comes before this last part of the time that is left, or before the last minute of a long time, and up to twice that. */
const lastPart = 0.2;
const lastMs = 60_000;
/** The longest time without a renewal, in milliseconds: timers have a maximum. */
const longestMs = 12 * 60 * 60_000;

/**
 * Renews the identity of an open connection ahead of its end, until the connection ends, the identity has no end, or the server
 * refuses permanently. Without a renewal the server closes the connection at the end, and the client connects again.
 */
export async function keepIdentity({
  auth,
  getToken,
  signal,
  random = Math.random,
}: KeepIdentityOptions): Promise<void> {
  const repeat = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (cause) {
        const error = asEarshotError(cause);
        if (signal.aborted || error.retry !== 'later') throw error;
        await delay(Math.max(error.retryAfterMs ?? 0, pauseMs * (1 + random())), signal);
      }
    }
  };
  // Connections that were lost together are open again together, and are busy with resuming first.
  await delay(pauseMs * (1 + random()), signal);
  let { expiresInMs } = await repeat(() => auth.session.query());
  while (expiresInMs !== null) {
    await delay(renewalDelay(expiresInMs, random()), signal);
    ({ expiresInMs } = await repeat(async () => auth.refresh.mutate({ token: await getToken() })));
  }
}

/** Milliseconds to wait before the renewal of an identity that ends in `expiresInMs`. `chance`: from 0 to 1. */
export function renewalDelay(expiresInMs: number, chance: number): number {
  const ahead = Math.min(expiresInMs * lastPart, lastMs) * (1 + chance);
  return Math.max(pauseMs, Math.min(expiresInMs - ahead, longestMs));
}
