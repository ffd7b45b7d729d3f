import { EarshotError } from '@earshot/shared';
import {
  type CryptoKey,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { withTimeout } from '../../async/withTimeout.ts';
import type { Secrets } from '../../config/config.ts';

/** Seconds by which an issuer's clock may differ from this server's. */
export const leewaySeconds = 5;

/** Minimum milliseconds between two fetches of the published keys, however many tokens name an unknown key. */
const cooldownMs = 5_000;

/** Milliseconds after which the published keys are fetched again before a token is verified: keys may have been withdrawn. */
const maxAgeMs = 10 * 60_000;

/** Milliseconds that a token waits for the published keys: less than a plain HTTP client waits for its response. */
const fetchTimeoutMs = 1_500;

/** Verifies a token's signature and times, and returns its claims. Throws jose's errors, or `KEYS_UNAVAILABLE`. */
export type VerifyToken = (
  token: string,
  options: Pick<JWTVerifyOptions, 'issuer' | 'audience' | 'currentDate'>,
) => Promise<JWTPayload>;

/** Verifies with shared secrets. */
export function secretsVerifier(secrets: Secrets): VerifyToken {
  const encoder = new TextEncoder();
  const verify = hmacVerifier(secrets.map((secret) => encoder.encode(secret)));
  return (token, options) => verify(token, { ...options, clockTolerance: leewaySeconds });
}

/**
 * Verifies with HS256, with the first of the secrets that signed the token. Throws jose's errors. The secrets are imported once: jose would import
 * one for each token, which costs as much as the verification, and a crowd that returns has ten thousand tokens.
 */
export function hmacVerifier(
  secrets: readonly Uint8Array<ArrayBuffer>[],
): (token: string, options: JWTVerifyOptions) => Promise<JWTPayload> {
  let keys: Promise<CryptoKey[]> | undefined;
  return async (token, options) => {
    keys ??= Promise.all(secrets.map(importSecret));
    // Listing the algorithms excludes `none`, and HS256 signed with a public key.
    return verifyWithFirst(token, await keys, { ...options, algorithms: ['HS256'] });
  };
}

const importSecret = (secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);

/** Tries the keys in order. A token signed with one of them fails only for its claims. */
async function verifyWithFirst(
  token: string,
  [key, ...others]: readonly CryptoKey[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  if (key === undefined) throw new errors.JWSSignatureVerificationFailed();
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (others.length === 0 || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    return verifyWithFirst(token, others, options);
  }
}

/**
 * Verifies with the keys published at a URL. For a token with an unknown key it fetches the keys again, at most once in
 * five seconds. Within these the token fails with `KEYS_UNAVAILABLE`, because its key may have been published since.
 */
export function publishedKeysVerifier(url: string): VerifyToken {
  const published = publishedKeys(url);
  const fixed = { algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'], clockTolerance: leewaySeconds };

  return async (token, options) => {
    const all = { ...options, ...fixed };
    const isFetched = await published.refresh();
    const wasCoolingDown = published.isCoolingDown();
    try {
      return await verifyWithEach(token, published.keys, all);
    } catch (error) {
      if (isFetched || !isOfUnknownKey(error, token)) throw error;
      if (wasCoolingDown) throw notKnownYet(error);
      await published.refetch();
      return verifyWithEach(token, published.keys, all);
    }
  };
}

/**
 * jose fetches the keys; the code here decides when. jose's own cache uses the wall clock: if that is set back, a new key
 * would stay unknown, and a withdrawn one accepted, for just as long.
 */
function publishedKeys(url: string) {
  const never = Number.POSITIVE_INFINITY;
  const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: never, cacheMaxAge: never });
  let askedAt = Number.NEGATIVE_INFINITY;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  const fetchKeys = async () => {
    askedAt = performance.now();
    // Concurrent callers share one request, which continues after their timeout.
    const fetched = keys.reload().then(() => {
      fetchedAt = performance.now();
    });
    await withTimeout(fetched, fetchTimeoutMs, () => new EarshotError('KEYS_UNAVAILABLE'));
  };
  const isCoolingDown = () => !keys.reloading && performance.now() - askedAt < cooldownMs;
  return {
    keys,
    /** Whether the keys were requested in the last five seconds, and the request has ended. */
    isCoolingDown,
    /** Fetches the keys if they are too old or were never fetched. Returns whether it did. Throws jose's errors. */
    refresh: async () => {
      const isOld = performance.now() - fetchedAt > maxAgeMs;
      if (isOld) await fetchKeys();
      return isOld;
    },
    /** Fetches the keys, unless another call just did. Throws jose's errors. */
    refetch: async () => {
      if (!isCoolingDown()) await fetchKeys();
    },
  };
}

/** A token without `kid` may match several keys. Each is tried. */
async function verifyWithEach(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (cause) {
        if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Whether an unknown key may have signed the token. A token with a known `kid` has a wrong signature instead. */
function isOfUnknownKey(error: unknown, token: string): boolean {
  if (error instanceof errors.JWKSNoMatchingKey) return true;
  return error instanceof errors.JWSSignatureVerificationFailed && decodeProtectedHeader(token).kid === undefined;
}

function notKnownYet(cause: unknown): EarshotError {
  return new EarshotError('KEYS_UNAVAILABLE', {
    message: 'The token’s key is unknown. The keys are fetched again in a moment.',
    retryAfterMs: cooldownMs,
    cause,
  });
}
