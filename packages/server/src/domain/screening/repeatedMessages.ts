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
/** Texts that are remembered: in two generations, the older of which is forgotten when the newer one is full or a minute old. */
const generationMax = 25_000;

/**
 * Refuses a text that one user, or one address, sends in many rooms within a minute. Texts are the same if their letters and digits are. Each
 * instance counts by itself.
 */
export class RepeatedMessages {
  readonly #rooms: number;
  readonly #now: () => number;
  /** Where each text of a caller was sent, by a hash of both. */
  #recent = new Map<number, Sighting[]>();
  #older = new Map<number, Sighting[]>();
  #recentSince = 0;
  /** Secret, so that nobody can construct texts with equal hashes. */
  readonly #seed = randomInt(2 ** 31);

  constructor({ rooms, now = () => performance.now() }: RepeatedMessagesOptions) {
    this.#rooms = rooms;
    this.#now = now;
  }

  /** Remembered texts. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  /** Counts a text. Throws `REPEATED_MESSAGE`, with the milliseconds to wait, and counts nothing. */
  take(caller: { userId: string | null; address: string }, roomId: string, content: string): void {
    if (this.#rooms === 0) return;
    const text = hashText(content, this.#seed);
    if (text.weight < minWeight && !link.test(content)) return;
    const now = this.#now();
    this.#rotate(now);
    const userKey = combine(text.hash, caller.userId ?? '');
    const addressKey = combine(text.hash + 1, caller.address);
    const ofUser = this.#othersOf(userKey, { roomId, max: this.#rooms, now });
    const ofAddress = this.#othersOf(addressKey, { roomId, max: this.#rooms * addressFactor, now });
    const sighting = { roomId, at: now };
    this.#recent.set(userKey, [...ofUser, sighting]);
    this.#recent.set(addressKey, [...ofAddress, sighting]);
  }

  /** The other rooms of a text in the last minute. Throws if there are too many of them, and the room is a new one. */
  #othersOf(key: number, { roomId, max, now }: { roomId: string; max: number; now: number }): readonly Sighting[] {
    const known = this.#recent.get(key) ?? this.#older.get(key);
    if (known === undefined) return none;
    const current = known.filter(({ at }) => now - at < windowMs);
    const others = current.filter((one) => one.roomId !== roomId);
    const oldest = others[0];
    if (others.length >= max && others.length === current.length && oldest !== undefined) {
      throw new EarshotError('REPEATED_MESSAGE', { retryAfterMs: Math.ceil(oldest.at + windowMs - now) });
    }
    return others;
  }

  #rotate(now: number): void {
    if (this.#recent.size < generationMax && now - this.#recentSince < windowMs) return;
    this.#older = now - this.#recentSince < 2 * windowMs ? this.#recent : new Map();
    this.#recent = new Map();
    this.#recentSince = now;
  }
}

const none: readonly Sighting[] = [];

// Hashes have 53 bits, of two 32-bit hashes that differ in their factors (after FNV-1a). They are written for speed, because every send is hashed.
const factorA = 0x01000193;
const factorB = 0x5f356495;
const joined = (a: number, b: number) => (a >>> 11) * 2 ** 32 + (b >>> 0);

/** A hash of a hash and a text. */
function combine(hash: number, text: string): number {
  let a = Math.imul(hash ^ 0x811c9dc5, factorA);
  let b = Math.imul((hash / 2 ** 32) ^ 0x41c6ce57, factorB) ^ hash;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, factorA);
    b = Math.imul(b ^ unit, factorB);
  }
  return joined(a, b);
}

/** The hash of the folded letters, digits and symbols of a text, and their number. */
function hashText(text: string, seed: number): { hash: number; weight: number } {
  let a = seed ^ 0x811c9dc5;
  let b = seed ^ 0x41c6ce57;
  let weight = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      at += character.length - 1;
      const folded = foldCharacter(character);
      for (let index = 0; index < folded.text.length; index += 1) {
        a = Math.imul(a ^ folded.text.charCodeAt(index), factorA);
        b = Math.imul(b ^ folded.text.charCodeAt(index), factorB);
      }
      if (folded.text !== '') weight += folded.kind === 'unspaced' ? 3 : 1;
      continue;
    }
    const lower = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
    const isCounted = (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (!isCounted) continue;
    a = Math.imul(a ^ lower, factorA);
    b = Math.imul(b ^ lower, factorB);
    weight += 1;
  }
  return { hash: joined(a, b), weight };
}
