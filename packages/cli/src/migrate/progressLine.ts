/** A progress line. On a terminal it is overwritten in place; elsewhere a new line is printed every few seconds. */
export interface ProgressLine {
  show(text: string): void;
  /** Erases the line before other output. */
  clear(): void;
}

/** Minimum milliseconds between two updates. */
const pause = { terminal: 100, file: 5_000 };

export function createProgressLine(
  stream: { isTTY?: boolean; write(text: string): unknown },
  now: () => number = () => performance.now(),
): ProgressLine {
  const eraseLine = '\r\x1b[2K';
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show: (text) => {
      if (now() - shownAt < (stream.isTTY ? pause.terminal : pause.file)) return;
      shownAt = now();
      isShown = true;
      stream.write(stream.isTTY ? `${eraseLine}${text}` : `${text}\n`);
    },
    clear: () => {
      if (isShown && stream.isTTY) stream.write(eraseLine);
      isShown = false;
    },
  };
}
