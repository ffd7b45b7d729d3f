import { EarshotError } from '@earshot/shared';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';

/** Seconds by which the clocks of those who give out tokens may differ from ours. */
export const leewaySeconds = 5;

/** Milliseconds between two looks at the published keys, however many tokens name one that is not among them. */
const cooldownMs = 5_000;

/** Milliseconds after which the published keys are fetched again before a token is checked: some may have been withdrawn. */
const maxAgeMs = 10 * 60_000;

/** The claims of a token whose signature and times are right. Throws jose's errors, or `KEYS_UNAVAILABLE`. */
export type VerifyToken = (
  token: string,
  options: Pick<JWTVerifyOptions, 'issuer' | 'audience' | 'currentDate'>,
) => Promise<JWTPayload>;

/** Checks with one secret that both sides know. */
export function secretVerifier(secret: string): VerifyToken {
  const key = new TextEncoder().encode(secret);
  // Naming the algorithms keeps out `none`, and HS256 signed with a public key.
  const fixed = { algorithms: ['HS256'], clockTolerance: leewaySeconds };
  return async (token, options) => (await jwtVerify(token, key, { ...options, ...fixed })).payload;
}

/**
 * Checks with the keys that are published at a URL. For a token whose key is not among them it looks there again, at most
 * once in five seconds: within them the token may be signed with a key that was published meanwhile.
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
      await published.lookAgain();
      return verifyWithEach(token, published.keys, all);
    }
  };
}

/**
 * jose fetches the keys, and this decides when. jose does so too, but by the wall clock: after that is set back, a new key
 * would not be found, and a withdrawn one be accepted, for as long as it was set back.
 */
function publishedKeys(url: string) {
  const never = Number.POSITIVE_INFINITY;
  const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: never, cacheMaxAge: never });
  let askedAt = Number.NEGATIVE_INFINITY;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  const fetchKeys = async () => {
    askedAt = performance.now();
    await keys.reload(); // one request for all who ask meanwhile
    fetchedAt = performance.now();
  };
  const isCoolingDown = () => !keys.reloading && performance.now() - askedAt < cooldownMs;
  return {
    keys,
    /** Whether they were asked for in the last five seconds, and that is over. */
    isCoolingDown,
    /** Fetches them where they are too old, or were never fetched. Tells whether it did. Throws jose's errors. */
    refresh: async () => {
      const isOld = performance.now() - fetchedAt > maxAgeMs;
      if (isOld) await fetchKeys();
      return isOld;
    },
    /** Fetches them, unless somebody else just did. Throws jose's errors. */
    lookAgain: async () => {
      if (!isCoolingDown()) await fetchKeys();
    },
  };
}

/** A token without `kid` may fit several keys: each is tried. */
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

/** Whether a key that is not known here may have signed the token. With a `kid` that is known, none has. */
function isOfUnknownKey(error: unknown, token: string): boolean {
  if (error instanceof errors.JWKSNoMatchingKey) return true;
  return error instanceof errors.JWSSignatureVerificationFailed && decodeProtectedHeader(token).kid === undefined;
}

function notKnownYet(cause: unknown): EarshotError {
  return new EarshotError('KEYS_UNAVAILABLE', {
    message: 'The token’s key is not among those that are known. They are looked up again in a moment.',
    retryAfterMs: cooldownMs,
    cause,
  });
}
