// The layout of an ObjectId (MongoDB manual, "ObjectId()"): 4 bytes of seconds, 5 random a process, 3 of a counter.
const processBytes = toHex(crypto.getRandomValues(new Uint8Array(5)));
let counter = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** A new id: unique over all processes, and ascending from second to second. `now` (milliseconds) leads it. */
export function newId(now = Date.now()): string {
  counter = (counter + 1) % 0x1000000;
  const seconds = (Math.floor(now / 1000) % 0x100000000).toString(16).padStart(8, '0');
  return seconds + processBytes + counter.toString(16).padStart(6, '0');
}

/** A new id that nobody can foretell: random throughout. */
export const newRandomId = (): string => toHex(crypto.getRandomValues(new Uint8Array(12)));

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
