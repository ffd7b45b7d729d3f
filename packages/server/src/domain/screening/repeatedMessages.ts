import { randomInt } from 'node:crypto';
import { EarshotError } from '@earshot/shared';
import { foldCharacter } from './foldCharacter.ts';

interface Sighting {
  roomId: string;
  at: number;
}

interface RepeatedMessagesOptions {
  /** Rooms in which a user may send the same text within the window; 0: any number. */
  rooms: number;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
}

const windowMs = 60_000;
/** Rooms for an address, as a multiple of those for a user: people behind one address may say the same. */
const addressFactor = 4;
/** Shorter texts are never counted: greetings and the like. Letters of scripts without spaces count as three. */
const minWeight = 16;
const link = /:\/\/|www\./i;
/** Texts that are remembered. Beyond it, the oldest are forgotten. */
const textsMax = 50_000;

/**
 * Refuses a text that one user, or one address, sends in many rooms within a minute. Texts are the same if their letters and digits are. Each
 * instance counts by itself.
 */
export class RepeatedMessages {
  readonly #rooms: number;
  readonly #now: () => number;
  /** Where each text of a caller was sent, by a hash of both; the text used longest ago is first. */
  readonly #sightings = new Map<number, Sighting[]>();
  /** Secret, so that nobody can construct texts with equal hashes. */
  readonly #seed = randomInt(2 ** 31);

  constructor({ rooms, now = () => performance.now() }: RepeatedMessagesOptions) {
    this.#rooms = rooms;
    this.#now = now;
  }

  /** Remembered texts. */
  get size(): number {
    return this.#sightings.size;
  }

  /** Counts a text. Throws `REPEATED_MESSAGE`, with the milliseconds to wait, and counts nothing. */
  take(caller: { userId: string | null; address: string }, roomId: string, content: string): void {
    if (this.#rooms === 0) return;
    const text = hashText(content, this.#seed);
    if (text.weight < minWeight && !link.test(content)) return;
    const now = this.#now();
    const ofUser = this.#of(hashPlain(`u${caller.userId ?? ''}`, text.hash), { roomId, max: this.#rooms, now });
    const ofAddress = this.#of(hashPlain(`a${caller.address}`, text.hash), {
      ...{ roomId, max: this.#rooms * addressFactor, now },
    });
    ofUser();
    ofAddress();
  }

  /** Checks a text of one caller. Returns a function that counts it. */
  #of(key: number, { roomId, max, now }: { roomId: string; max: number; now: number }): () => void {
    const recent = (this.#sightings.get(key) ?? []).filter(({ at }) => now - at < windowMs);
    const others = recent.filter((one) => one.roomId !== roomId);
    const oldest = others[0];
    if (others.length >= max && others.length === recent.length && oldest !== undefined) {
      throw new EarshotError('REPEATED_MESSAGE', { retryAfterMs: Math.ceil(oldest.at + windowMs - now) });
    }
    return () => {
      this.#sightings.delete(key);
      this.#evict(now);
      this.#sightings.set(key, [...others, { roomId, at: now }]);
    };
  }

  #evict(now: number): void {
    for (const [key, sightings] of this.#sightings) {
      const last = sightings.at(-1)?.at ?? 0;
      if (now - last < windowMs && this.#sightings.size < textsMax) return;
      this.#sightings.delete(key);
    }
  }
}

/** A hash of 53 bits, of two 32-bit hashes that differ in their factors (after FNV-1a). */
class Hash {
  #a: number;
  #b: number;

  constructor(seed: number) {
    this.#a = seed ^ 0x811c9dc5;
    this.#b = seed ^ 0x41c6ce57;
  }

  add(unit: number): void {
    this.#a = Math.imul(this.#a ^ unit, 0x01000193);
    this.#b = Math.imul(this.#b ^ unit, 0x5f356495);
  }

  get value(): number {
    return (this.#a >>> 11) * 2 ** 32 + (this.#b >>> 0);
  }
}

function hashPlain(text: string, seed: number): number {
  const hash = new Hash(seed % 2 ** 31);
  hash.add(Math.floor(seed / 2 ** 31));
  for (let index = 0; index < text.length; index += 1) hash.add(text.charCodeAt(index));
  return hash.value;
}

/** The hash of the folded letters, digits and symbols of a text, and their number. */
function hashText(text: string, seed: number): { hash: number; weight: number } {
  const hash = new Hash(seed);
  let weight = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      const isUpper = code >= 0x41 && code <= 0x5a;
      const isCounted = isUpper || (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
      if (!isCounted) continue;
      hash.add(isUpper ? code + 0x20 : code);
      weight += 1;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length - 1;
    const folded = foldCharacter(character);
    for (let index = 0; index < folded.text.length; index += 1) hash.add(folded.text.charCodeAt(index));
    if (folded.text !== '') weight += folded.kind === 'unspaced' ? 3 : 1;
  }
  return { hash: hash.value, weight };
}
