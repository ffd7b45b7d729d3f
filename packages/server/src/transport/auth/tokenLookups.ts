import { createHash } from 'node:crypto';
import { EarshotError } from '@earshot/shared';
import { CircuitBreaker } from '../../async/circuitBreaker.ts';
import { ExpiringCache } from '../../async/expiringCache.ts';
import { withTimeout } from '../../async/withTimeout.ts';
import type { Identity, IdentityCheck } from './authenticator.ts';
import { unexpired } from './expiry.ts';
import type { ServiceOutcome } from './tokenService.ts';

/** Limits of the lookups at the authentication service. Times are in milliseconds. */
export const lookupLimits = {
  /** Time that a token waits: less than a plain HTTP client waits for its response. The lookup continues for the next attempt. */
  waitMs: 1_500,
  /** Time for an answer. */
  requestMs: 3_000,
  /** Concurrent requests, and those for the tokens of one address. */
  requests: 100,
  requestsPerAddress: 50,
  /** Time for which an identity is cached, unless it expires before, and a rejection. */
  identityMs: 60_000,
  rejectionMs: 5_000,
  /** Cached identities, and rejections: separate, because anybody can cause rejections. */
  identities: 10_000,
  rejections: 10_000,
  /** Consecutive failures after which requests pause, and the time between two probes then. */
  failures: 5,
  pauseMs: 1_000,
};

interface Answer {
  identity: Identity;
  /** Whether the service said when the token was issued. */
  isDated: boolean;
}

interface TokenLookupsOptions {
  ask: (token: string, timeoutMs: number) => Promise<ServiceOutcome>;
  /** Throws for an identity that may not be used any more. */
  check?: IdentityCheck;
  limits?: Partial<typeof lookupLimits>;
  now?: () => number;
}

/**
 * Looks up identities of tokens at the authentication service. Concurrent lookups of a token share one request. An answer that doesn't say
 * when its token was issued vouches for the time of the request: after a sign-out, the service is asked again.
 */
export class TokenLookups {
  readonly #ask: TokenLookupsOptions['ask'];
  readonly #check: IdentityCheck;
  readonly #limits: typeof lookupLimits;
  readonly #identities: ExpiringCache<Answer>;
  readonly #rejections: ExpiringCache<true>;
  readonly #breaker: CircuitBreaker;
  /** Requests in progress, by the token's key. */
  readonly #pending = new Map<string, Promise<ServiceOutcome>>();
  readonly #pendingOfAddress = new Map<string, number>();

  constructor({ ask, check = () => {}, limits, now = () => performance.now() }: TokenLookupsOptions) {
    this.#ask = ask;
    this.#check = check;
    this.#limits = { ...lookupLimits, ...limits };
    const { identities, rejections, failures, pauseMs } = this.#limits;
    this.#identities = new ExpiringCache({ max: identities, now });
    this.#rejections = new ExpiringCache({ max: rejections, now });
    this.#breaker = new CircuitBreaker({ failures, pauseMs, now });
  }

  /** Cached answers, for tests. */
  get size(): number {
    return this.#identities.size + this.#rejections.size;
  }

  /** The identity of a token. `address`: the client's. Throws `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED` or `AUTH_UNAVAILABLE`. */
  async find(token: string, address: string): Promise<Identity> {
    if (!isBearer(token)) throw new EarshotError('TOKEN_INVALID');
    const key = createHash('sha256').update(token).digest('base64'); // the cache holds no token
    const known = this.#identities.get(key);
    if (known !== undefined && (known.isDated || this.#isUsable(known))) return this.#accept(known.identity);
    if (this.#rejections.get(key)) throw new EarshotError('TOKEN_INVALID');
    const pending = this.#pending.get(key) ?? this.#begin(token, key, address);
    const outcome = await withTimeout(pending, this.#limits.waitMs, () =>
      this.#unavailable(new Error('the authentication service is slow')),
    );
    if ('failure' in outcome) throw this.#unavailable(outcome.failure);
    if (outcome.identity === null) throw new EarshotError('TOKEN_INVALID');
    return this.#accept(outcome.identity);
  }

  #accept(identity: Identity): Identity {
    this.#check(identity);
    return unexpired(identity);
  }

  #isUsable({ identity }: Answer): boolean {
    try {
      this.#check(identity);
      return true;
    } catch {
      return false;
    }
  }

  #begin(token: string, key: string, address: string): Promise<ServiceOutcome> {
    const { requests, requestsPerAddress, requestMs } = this.#limits;
    const ofAddress = this.#pendingOfAddress.get(address) ?? 0;
    if (this.#pending.size >= requests || ofAddress >= requestsPerAddress) {
      throw this.#unavailable(new Error('too many requests to the authentication service are in progress'));
    }
    const wait = this.#breaker.admit();
    if (wait > 0) throw this.#unavailable(new Error('the authentication service failed repeatedly'), wait);
    this.#pendingOfAddress.set(address, ofAddress + 1);
    const askedAt = new Date();
    const pending = this.#ask(token, requestMs).then((outcome) => {
      this.#end(key, address);
      return this.#note(key, outcome, askedAt);
    });
    this.#pending.set(key, pending);
    return pending;
  }

  #end(key: string, address: string): void {
    this.#pending.delete(key);
    const others = (this.#pendingOfAddress.get(address) ?? 0) - 1;
    if (others > 0) this.#pendingOfAddress.set(address, others);
    else this.#pendingOfAddress.delete(address);
  }

  /** Caches the answer. Returns it with a time for its token. */
  #note(key: string, outcome: ServiceOutcome, askedAt: Date): ServiceOutcome {
    if ('failure' in outcome) {
      if (outcome.isDown) this.#breaker.failed();
      else this.#breaker.succeeded();
      return outcome;
    }
    this.#breaker.succeeded();
    if (outcome.identity === null) {
      this.#rejections.set(key, true, this.#limits.rejectionMs);
      return outcome;
    }
    const { issuedAt } = outcome.identity;
    const identity = { ...outcome.identity, issuedAt: issuedAt ?? askedAt };
    // An expired identity is rejected by its own time, by the wall clock, however long it is cached.
    this.#identities.set(key, { identity, isDated: Boolean(issuedAt) }, this.#limits.identityMs);
    return { identity };
  }

  #unavailable(cause: Error, waitMs = this.#limits.pauseMs): EarshotError {
    const retryAfterMs = Math.ceil(waitMs);
    return new EarshotError('AUTH_UNAVAILABLE', { retryAfterMs, cause });
  }
}

/** Whether the token fits into a header: at most 8 KiB of visible ASCII. */
const isBearer = (token: string) => /^[\x21-\x7e]{1,8192}$/.test(token);
