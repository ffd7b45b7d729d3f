import { EarshotError } from '@earshot/shared';

/** Milliseconds in which every call ends, one way or the other. */
export const callTimeout = 5_000;

export const unavailable = (why: string) => new EarshotError('STORE_UNAVAILABLE', { cause: new Error(why) });

/** The result, if it comes in time; else `STORE_UNAVAILABLE`. What the work still does after that nobody waits for. */
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
