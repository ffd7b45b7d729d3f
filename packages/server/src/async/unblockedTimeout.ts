/** Parts into which the time is divided. A part in which the event loop is blocked for long counts once. */
const partCount = 4;

/**
 * Calls back after `ms` milliseconds in which this process could read answers. Returns a function that cancels it.
 *
 * While the event loop is blocked, or the whole process is stopped, answers arrive and are not read; a plain timer then fires first, and takes
 * them for missing. This one counts only a quarter of its time for such an interruption. Sockets and threads are read once more before it
 * calls back.
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
