/**
 * Event streams to one server that all pages of an origin may hold at once over HTTP/1.1. A browser opens six connections
 * to a host, over all its tabs, and a stream occupies one as long as it lives: two stay free for calls.
 */
const streamsMax = 4;

/** Frees what was taken. */
export type Release = () => void;

/** Takes a slot for one event stream. Resolves with null when none is free. */
export type TakeSlot = () => Promise<Release | null>;

/** Slots for event streams to the server at `url`. Outside browsers, and over HTTP/2, there are as many as one likes. */
export function streamSlots(url: string, isBrowser: boolean): TakeSlot {
  if (!isBrowser) return async () => () => {};
  const { host } = new URL(url);
  const take = globalThis.navigator?.locks === undefined ? takeInPage : takeInBrowser;
  return async () => (usesHttp1(host) ? take(host) : () => {});
}

/** The browser says which protocol it spoke; of servers that hide it from foreign pages it says nothing. */
function usesHttp1(host: string): boolean {
  const entries = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
  return !entries.some(
    (entry) =>
      'nextHopProtocol' in entry && /^h[23]/.test(String(entry.nextHopProtocol)) && new URL(entry.name).host === host,
  );
}

/** Locks of this page that are being freed, which takes the browser a moment. */
const freeing = new Set<Promise<void>>();
let lastTake: Promise<unknown> = Promise.resolve();

/** Web Locks are shared by all pages of an origin, and freed when their page ends, however it ends. One take at a time. */
function takeInBrowser(host: string): Promise<Release | null> {
  const take = lastTake.then(() => findFreeLock(host));
  lastTake = take.catch(() => {});
  return take;
}

async function findFreeLock(host: string): Promise<Release | null> {
  for (let slot = 1; slot <= streamsMax; slot += 1) {
    const release = await takeLock(`earshot-stream ${host} ${slot}`);
    if (release !== null) return release;
  }
  if (freeing.size === 0) return null;
  await Promise.all(freeing);
  return findFreeLock(host);
}

function takeLock(name: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const freed = navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((release) => {
          resolve(() => {
            freeing.add(freed);
            release();
          });
        });
      })
      .catch(reject)
      .finally(() => freeing.delete(freed));
  });
}

const taken = new Map<string, number>();

/** Pages without HTTPS have no Web Locks: they count their own streams alone. */
async function takeInPage(host: string): Promise<Release | null> {
  const count = taken.get(host) ?? 0;
  if (count >= streamsMax) return null;
  taken.set(host, count + 1);
  return () => taken.set(host, (taken.get(host) ?? 1) - 1);
}
