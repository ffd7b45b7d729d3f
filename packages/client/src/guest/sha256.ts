const fraction = (root: number) => Math.floor((root % 1) * 2 ** 32) | 0;

/** The constants of SHA-256 (FIPS 180-4): the fractional parts of the roots of the first primes. */
const primes = firstPrimes(64);
const roundConstants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const initial = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by));

const words = new Int32Array(64);

/**
 * SHA-256 as eight words, for proofs of work. Web Crypto is asynchronous, which takes longer for many short texts, and pages have it only over
 * HTTPS and on localhost.
 */
export function sha256(data: Uint8Array): Int32Array {
  const padded = new DataView(new ArrayBuffer(((data.length + 72) >> 6) << 6));
  new Uint8Array(padded.buffer).set(data);
  padded.setUint8(data.length, 0x80);
  padded.setUint32(padded.byteLength - 4, data.length * 8);
  const state = initial.slice();
  for (let at = 0; at < padded.byteLength; at += 64) compress(state, padded, at);
  return state;
}

function compress(state: Int32Array, block: DataView, at: number): void {
  for (let n = 0; n < 16; n += 1) words[n] = block.getInt32(at + 4 * n);
  for (let n = 16; n < 64; n += 1) {
    const w2 = words[n - 2] ?? 0;
    const w15 = words[n - 15] ?? 0;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[n] = (words[n - 16] ?? 0) + s0 + (words[n - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let n = 0; n < 64; n += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[n] ?? 0) + (words[n] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let n = 0; n < 8; n += 1) state[n] = (state[n] ?? 0) + (sums[n] ?? 0);
}
