import { claimDatabase } from './claimDatabase.ts';
import { streamClaims } from './streamClaims.ts';
import { takeLock } from './streamLocks.ts';
import type { Release, TakeSlot } from './streamSlot.ts';

/** Slots for event streams to the server at `url`. They are unlimited outside browsers and over HTTP/2. */
export function streamSlots(url: string, isBrowser: boolean): TakeSlot {
  if (!isBrowser) return async () => () => {};
  const { host } = new URL(url);
  return async (onRefused) => {
    if (!usesHttp1(host)) return () => {};
    // Pages have Web Locks over HTTPS and on localhost.
    return globalThis.navigator?.locks === undefined ? takeClaim(host, onRefused) : takeLock(host);
  };
}

/** The name of the channel and of the database. */
const name = 'earshot-stream-claims';
let claims: ReturnType<typeof streamClaims> | undefined;

function takeClaim(host: string, onRefused: () => void): Promise<Release | null> {
  const isShared = 'BroadcastChannel' in globalThis && 'indexedDB' in globalThis;
  claims ??= streamClaims(
    isShared ? { store: claimDatabase(name), channel: new BroadcastChannel(name), page: globalThis } : null,
  );
  return claims(host, onRefused);
}

/** Whether no entry shows HTTP/2 or 3. The browser reports the protocol, unless the server hides it from pages of other origins. */
function usesHttp1(host: string): boolean {
  const entries = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
  return !entries.some(
    (entry) =>
      'nextHopProtocol' in entry && /^h[23]/.test(String(entry.nextHopProtocol)) && new URL(entry.name).host === host,
  );
}
