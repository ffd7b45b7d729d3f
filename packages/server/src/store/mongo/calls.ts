import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared';
import { storeError } from './storeError.ts';

/** Milliseconds in which every call ends, one way or the other. */
export const callTimeout = 5_000;

const unavailable = (why: string) => new EarshotError('STORE_UNAVAILABLE', { cause: new Error(why) });

/**
 * The result, if it comes in time. The driver's own limits add up when it tries again; what it still does after ours
 * nobody waits for.
 *
 * Whatever others queue behind has to be bounded by this, not only the caller's own wait, because an operation of the
 * driver may never settle: it sets no limit for an answer; and one that it writes in the instant between the end and the
 * close of a socket, such as those of a mongod that was killed, waits for ever for the socket to drain (driver 7.9).
 */
export function inTime<T>(work: Promise<T>, timeout = callTimeout): Promise<T> {
  // By hand: `Promise.race` and `finally` make several promises of each, and each of many sends at once comes by here.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable(`no answer within ${timeout} ms`)), timeout);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** The calls under way: bounded in time, with errors in the store's words, and waited for at the end. */
export class Calls {
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  /** Begins `work` at once, so that calls keep their order. */
  async run<T>(work: () => Promise<T>, timeout = callTimeout): Promise<T> {
    if (this.#closed) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    const call = inTime(work(), timeout);
    this.#underWay.add(call);
    try {
      return await call;
    } catch (error) {
      throw storeError(error);
    } finally {
      this.#underWay.delete(call);
    }
  }

  /** Refuses new calls and waits for the rest. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }
}

/**
 * Tries until `attempt` gives more than null, which means that somebody else wrote in between. The pauses are short and
 * random: several instances at one room take turns.
 */
export async function untilDone<T>(attempt: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + callTimeout;
  for (let tries = 0; ; tries += 1) {
    const done = await attempt();
    if (done !== null) return done;
    if (performance.now() > deadline) throw unavailable('others kept writing at the same place');
    await delay(Math.random() * Math.min(2 ** tries, 32));
  }
}
