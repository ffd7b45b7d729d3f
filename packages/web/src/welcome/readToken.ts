import type { User } from '@earshot/client';
import { nameClaims } from '@earshot/shared';
import { isRecord } from '../lib/isRecord.ts';

/** The user that a token (a JWT) names, by the claims that the server uses; null if it is no JWT. Only the server can verify it. */
export function readToken(token: string): User | null {
  const claims = readClaims(token);
  if (!isRecord(claims) || typeof claims.sub !== 'string' || claims.sub === '') return null;
  const name = nameClaims.map((claim) => claims[claim]).find((one) => typeof one === 'string' && one.trim() !== '');
  return { userId: claims.sub, username: String(name).trim() };
}

/** When a token (a JWT) ends, in milliseconds since 1970; null if it does not say. */
export function tokenEnd(token: string): number | null {
  const claims = readClaims(token);
  return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1_000 : null;
}

function readClaims(token: string): unknown {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
