import { EarshotError } from '@earshot/shared';

/** Milliseconds after which every call has settled. */
export const callTimeout = 5_000;

export const unavailable = (why: string) => new EarshotError('STORE_UNAVAILABLE', { cause: new Error(why) });

/** Resolves to the result if it arrives in time; otherwise rejects with `STORE_UNAVAILABLE`. Later results of the work are ignored. */
export function withTimeout<T>(work: Promise<T>, timeout = callTimeout): Promise<T> {
  // By hand: `Promise.race` and `finally` create several promises per call, and every send of a burst passes through here.
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
