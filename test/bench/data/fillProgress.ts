import type { DataSet } from './dataSet.ts';

const everyMs = 10_000;

/** Returns the same set, which reports every ten seconds how many of its messages were made. */
export function withProgress(data: DataSet, report: (messages: number) => void): DataSet {
  let made = 0;
  const reportMade = everyTenSeconds(() => report(made));
  return {
    ...data,
    *messages(room) {
      for (const message of data.messages(room)) {
        yield message;
        made += 1;
      }
      reportMade();
    },
  };
}

/** Returns a function that calls `report` unless it did so in the last ten seconds. */
export function everyTenSeconds<Args extends unknown[]>(report: (...args: Args) => void): (...args: Args) => void {
  let next = performance.now() + everyMs;
  return (...args) => {
    if (performance.now() < next) return;
    report(...args);
    next = performance.now() + everyMs;
  };
}
