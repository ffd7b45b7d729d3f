import { createHmac, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { EarshotError, type GuestChallenge } from '@earshot/shared';
import type { SharedBuckets } from '../limits/limits.ts';
import { RateLimiter } from './rateLimit.ts';

/** Milliseconds in which a challenge must be answered. */
const lifetimeMs = 120_000;
/** Characters of a signature: 128 bits and more. A challenge and its solution should fit into one block of SHA-256. */
const macChars = 22;
/** One token for each challenge, which returns when the challenge has expired. */
const usage = { rate: 1_000 / lifetimeMs, burst: 1 };

interface GuestChallengesOptions {
  /** Leading zero bits that a solution needs; 0: no challenges. */
  bits: number;
  /** A secret that all instances share. */
  secret: () => Promise<string>;
  buckets: Pick<SharedBuckets, 'take'>;
  /** The time in milliseconds since 1970, which all instances share. */
  clock?: () => number;
}

export interface ChallengeAnswer {
  challenge?: string | undefined;
  solution?: string | undefined;
}

/**
 * Proofs of work for new guests: each costs its client a moment of computing, and the server two hashes. A challenge is signed and not stored. It
 * is valid for two minutes, for one address, and once on all instances.
 */
export class GuestChallenges {
  readonly #options: GuestChallengesOptions;
  readonly #clock: () => number;
  /** The challenges that were used on this instance, in case the others can't be reached. */
  readonly #used = new RateLimiter(usage);
  #key: Promise<Buffer> | undefined;

  constructor(options: GuestChallengesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  async issue(address: string): Promise<GuestChallenge> {
    const { bits } = this.#options;
    const nonce = randomBytes(8).toString('base64url');
    const text = `${(this.#clock() + lifetimeMs).toString(36)}.${bits}.${nonce}`;
    return { challenge: `${text}.${await this.#sign(text, address)}`, bits, expiresInMs: lifetimeMs };
  }

  /** Throws `CHALLENGE_REQUIRED` without an answer, and `CHALLENGE_FAILED` for one that is wrong, too late, from another address, or was used. */
  async check({ challenge, solution }: ChallengeAnswer, address: string): Promise<void> {
    if (this.#options.bits === 0) return;
    if (challenge === undefined || solution === undefined) throw new EarshotError('CHALLENGE_REQUIRED');
    if (!(await this.#isValid(challenge, address)) || !this.#isSolved(challenge, solution)) {
      throw new EarshotError('CHALLENGE_FAILED');
    }
    await this.#use(challenge);
  }

  async #isValid(challenge: string, address: string): Promise<boolean> {
    const end = challenge.lastIndexOf('.');
    const text = challenge.slice(0, Math.max(0, end));
    const expected = Buffer.from(await this.#sign(text, address));
    const given = Buffer.from(challenge.slice(end + 1));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const [expiresAt = '', bits = ''] = text.split('.');
    // An operator may have raised the number of bits since.
    return Number.parseInt(expiresAt, 36) >= this.#clock() && Number(bits) >= this.#options.bits;
  }

  #isSolved(challenge: string, solution: string): boolean {
    return hash('sha256', `${challenge}:${solution}`, 'buffer').readUInt32BE() >>> (32 - this.#options.bits) === 0;
  }

  /** Throws `CHALLENGE_FAILED` if the challenge was used before. */
  async #use(challenge: string): Promise<void> {
    try {
      this.#used.take(challenge);
    } catch (cause) {
      throw new EarshotError('CHALLENGE_FAILED', { cause });
    }
    const [left = null] = await this.#options.buckets.take([{ bucket: `challenge:${challenge}`, ...usage, taken: 1 }]);
    if (left !== null && left < -0.001) throw new EarshotError('CHALLENGE_FAILED');
  }

  async #sign(text: string, address: string): Promise<string> {
    this.#key ??= this.#options.secret().then(toKey);
    const key = await this.#key.catch((error) => {
      this.#key = undefined; // the next call tries again
      throw error;
    });
    return createHmac('sha256', key).update(`${text} ${address}`).digest('base64url').slice(0, macChars);
  }
}

const toKey = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', 'earshot guest challenges', 32));
