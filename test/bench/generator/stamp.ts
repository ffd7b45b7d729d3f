/** Characters in a message: a common length of chat messages. */
const contentLength = 200;

/** A frame with a message has more bytes than this, because of its other fields; one with anything else has fewer. */
export const messageBytes = contentLength + 60;

/** Microseconds on a monotonic clock that all processes of the machine share. */
export const microseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

let lastStamp = 0;

/** The time in microseconds, or a little later: no two stamps of this process are equal. */
export function uniqueStamp(): number {
  lastStamp = Math.max(microseconds(), lastStamp + 1);
  return lastStamp;
}

/** A message's content that contains the time of its creation. */
export const stampedContent = (): string => contentWith(microseconds());

export function contentWith(stamp: number): string {
  return `#${stamp}#`.padEnd(contentLength, ' lorem ipsum');
}

const hash = '#'.charCodeAt(0);

/** When the content in this frame was created, in microseconds; null if the frame has no content. */
export function readStamp(payload: Buffer): number | null {
  const start = payload.indexOf(hash);
  const end = start < 0 ? -1 : payload.indexOf(hash, start + 1);
  return end < 0 ? null : Number(payload.toString('latin1', start + 1, end));
}
