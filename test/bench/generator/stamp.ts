/** Characters in a message: as long as chat messages often are, and longer than any frame that is none. */
export const contentLength = 200;

/** Microseconds on a clock that all processes of the machine share and nobody sets. */
export const microseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

/** A message's content that tells when it was made. */
export function stampedContent(): string {
  return `#${microseconds()}#`.padEnd(contentLength, ' lorem ipsum');
}

const hash = '#'.charCodeAt(0);

/** When the content in this frame was made, in microseconds; null: there is none in it. */
export function readStamp(payload: Buffer): number | null {
  const start = payload.indexOf(hash);
  const end = start < 0 ? -1 : payload.indexOf(hash, start + 1);
  return end < 0 ? null : Number(payload.toString('latin1', start + 1, end));
}
