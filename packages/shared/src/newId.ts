// The layout of an ObjectId (MongoDB manual, "ObjectId()"): 4 bytes of seconds, 5 random bytes for each process, a counter of 3 bytes.
const processBytes = toHex(crypto.getRandomValues(new Uint8Array(5)));
let counter = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** Creates an id that is unique over all processes. It begins with `now` (milliseconds) in seconds, so ids ascend with time. */
export function newId(now = Date.now()): string {
  counter = (counter + 1) % 0x1000000;
  const seconds = (Math.floor(now / 1000) % 0x100000000).toString(16).padStart(8, '0');
  return seconds + processBytes + counter.toString(16).padStart(6, '0');
}

/** Creates an unpredictable id: all of its bytes are random. */
export const newRandomId = (): string => toHex(crypto.getRandomValues(new Uint8Array(12)));

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
