import { streamClaims } from './streamClaims.ts';
import { takeLock } from './streamLocks.ts';
import type { Release, TakeSlot } from './streamSlot.ts';

/** Slots for event streams to the server at `url`. Outside browsers, and over HTTP/2, there are as many as one likes. */
export function streamSlots(url: string, isBrowser: boolean): TakeSlot {
  if (!isBrowser) return async () => () => {};
  const { host } = new URL(url);
  return async (onRefused) => {
    if (!usesHttp1(host)) return () => {};
    // Pages have Web Locks over HTTPS and on the device itself.
    return globalThis.navigator?.locks === undefined ? takeClaim(host, onRefused) : takeLock(host);
  };
}

const channelName = 'earshot-streams';
let claims: ReturnType<typeof streamClaims> | undefined;

function takeClaim(host: string, onRefused: () => void): Promise<Release | null> {
  claims ??= streamClaims('BroadcastChannel' in globalThis ? new BroadcastChannel(channelName) : undefined);
  return claims(host, onRefused);
}

/** The browser says which protocol it spoke; of servers that hide it from foreign pages it says nothing. */
function usesHttp1(host: string): boolean {
  const entries = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
  return !entries.some(
    (entry) =>
      'nextHopProtocol' in entry && /^h[23]/.test(String(entry.nextHopProtocol)) && new URL(entry.name).host === host,
  );
}
