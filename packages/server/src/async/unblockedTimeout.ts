/** Number of timers that run one after another. An interruption ends one of them at most, however long it lasts. */
const partCount = 4;

/**
 * Calls back after `ms` milliseconds in which this process could read answers. Returns a function that cancels it.
 *
 * While the event loop is blocked, or the whole process is stopped, answers arrive but are not read. A plain timer would then fire before they
 * are read, as if they were missing. Here, an interruption counts as a quarter of the time at most, and sockets and threads are read once more
 * before the callback.
 */
export function setUnblockedTimeout(callback: () => void, ms: number): () => void {
  const partMs = Math.floor(ms / partCount);
  let partsLeft = partCount - 1;
  let reading: NodeJS.Immediate | undefined;
  const endPart = () => {
    if (partsLeft === 0) {
      reading = setImmediate(callback);
      return;
    }
    partsLeft -= 1;
    timer = setTimeout(endPart, partMs);
  };
  let timer = setTimeout(endPart, ms - partMs * partsLeft);
  return () => {
    clearTimeout(timer);
    clearImmediate(reading);
  };
}
