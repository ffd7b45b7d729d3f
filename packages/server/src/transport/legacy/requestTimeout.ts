import { EarshotError } from '@earshot/shared';
import { SingleFlight } from '../../async/singleFlight.ts';
import { setUnblockedTimeout } from '../../async/unblockedTimeout.ts';
import { withTimeout } from '../../async/withTimeout.ts';

/** Milliseconds of a request after which the store is pinged. Most requests are answered by then. */
const askAfterMs = 400;
/** Timeout of the ping in milliseconds. */
const answerMs = 1_200;

/**
 * The timeout of requests of plain HTTP clients: they must know within two seconds that the server can't serve. While the store answers pings,
 * a request waits for its answer, because then only the machine is busy.
 */
export class RequestTimeout {
  /** Concurrent requests share a ping. */
  readonly #pings: SingleFlight<'store', void>;

  /** @param ping rejects if the store can't serve. */
  constructor(ping: () => Promise<void>) {
    this.#pings = new SingleFlight(ping);
  }

  /**
   * Settles as the whole request does. Rejects with `STORE_UNAVAILABLE` when it takes long and the store does not serve: presence and
   * published keys have shorter timeouts of their own, so the pending part is the store.
   */
  limit<T>(request: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let cancel = () => {};
      let isSettled = false;
      const askLater = () => {
        if (!isSettled) cancel = setUnblockedTimeout(ask, askAfterMs);
      };
      const ask = () => void this.#requireServing().then(askLater, reject);
      askLater();
      const end = () => {
        isSettled = true;
        cancel();
      };
      request.then(end, end);
      request.then(resolve, reject);
    });
  }

  #requireServing(): Promise<void> {
    const unavailable = () => new EarshotError('STORE_UNAVAILABLE');
    return withTimeout(this.#pings.get('store'), answerMs, unavailable).catch(() => {
      throw unavailable();
    });
  }
}
