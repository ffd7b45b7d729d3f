/** Two instances on one backend. */
export interface Pair<Driver> extends AsyncDisposable {
  a: Driver;
  b: Driver;
}

/** A pair that is closed on disposal. */
export function pairOf<Driver extends { close(): Promise<void> }>(a: Driver, b: Driver): Pair<Driver> {
  return {
    a,
    b,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}
