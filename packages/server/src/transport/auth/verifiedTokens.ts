import { hash } from 'node:crypto';
import { LatestEntries } from '../../async/latestEntries.ts';
import type { Identity } from './authenticator.ts';
import { leewaySeconds } from './tokenVerifier.ts';

/** Maximum number of cached tokens, about 5 MB. Users who reconnect together present the same tokens again. */
const tokensMax = 10_000;

/** The content of a verified token. */
export interface VerifiedToken {
  identity: Identity & { expiresAt: Date };
  /** Its `nbf`, in seconds since 1970; undefined without one. */
  notBefore: number | undefined;
}

/**
 * Caches the identities of the tokens that were verified last, by hashes of the tokens: a signature that was valid stays valid with the same secrets.
 * Only for verifiers whose keys never change. The caller checks for sign-outs.
 */
export class VerifiedTokens {
  readonly #tokens = new LatestEntries<string, VerifiedToken>(tokensMax);

  /** The identity of a verified token; undefined if the token is unknown, or isn't valid at this time: then it must be verified again. */
  identityOf(token: string): Identity | undefined {
    const known = this.#tokens.get(keyOf(token));
    if (known === undefined) return undefined;
    const now = Date.now();
    const isExpired = now >= known.identity.expiresAt.getTime();
    const isNotYetValid = known.notBefore !== undefined && known.notBefore > Math.floor(now / 1_000) + leewaySeconds;
    return isExpired || isNotYetValid ? undefined : known.identity;
  }

  add(token: string, verified: VerifiedToken): void {
    this.#tokens.set(keyOf(token), verified);
  }
}

/** A hash, because memory should hold no token. */
const keyOf = (token: string) => hash('sha256', token, 'base64');
