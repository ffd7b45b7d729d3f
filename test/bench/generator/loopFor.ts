import { microseconds } from './stamp.ts';

export interface Looped {
  calls: number;
  /** Milliseconds until the last call was answered. */
  ms: number;
  /** Duration of each call in milliseconds. */
  latencies: number[];
}

/** All loops run concurrently: each calls, waits for the answer and calls again, until the time is over. */
export async function loopFor<Loop>(
  ms: number,
  loops: readonly Loop[],
  call: (loop: Loop, round: number) => Promise<void>,
): Promise<Looped> {
  const latencies: number[] = [];
  const startedAt = microseconds();
  const endsAt = startedAt + ms * 1_000;
  await Promise.all(
    loops.map(async (loop) => {
      for (let round = 0, now = microseconds(); now < endsAt; round++) {
        const calledAt = now;
        await call(loop, round);
        now = microseconds();
        latencies.push((now - calledAt) / 1_000);
      }
    }),
  );
  return { calls: latencies.length, ms: (microseconds() - startedAt) / 1_000, latencies };
}
