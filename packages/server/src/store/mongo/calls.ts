import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared';
import { callTimeout, inTime, unavailable } from '../inTime.ts';
import { storeError } from './storeError.ts';

/**
 * The calls under way: bounded in time, with errors in the store's words, and waited for at the end. The driver's own
 * limits do not bound them: they add up when it tries again.
 *
 * Whatever others queue behind has to be `inTime` as well, not only the caller's own wait, because an operation of the
 * driver may never settle: it sets no limit for an answer; and one that it writes in the instant between the end and the
 * close of a socket, such as those of a mongod that was killed, waits for ever for the socket to drain (driver 7.9).
 */
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
