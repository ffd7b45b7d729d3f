import type { DataSet } from './dataSet.ts';

const everyMs = 10_000;

/** Returns the same set, which reports every ten seconds how many of its messages were made. */
export function withProgress(data: DataSet, report: (messages: number) => void): DataSet {
  let made = 0;
  let next = performance.now() + everyMs;
  return {
    ...data,
    *messages(room) {
      for (const message of data.messages(room)) {
        yield message;
        made += 1;
      }
      if (performance.now() < next) return;
      report(made);
      next = performance.now() + everyMs;
    },
  };
}
