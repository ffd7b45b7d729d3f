import { type Release, streamsMax } from './streamSlot.ts';

/** Locks of this page that are being released, which the browser does asynchronously. */
const releasing = new Set<Promise<void>>();
let lastTake: Promise<unknown> = Promise.resolve();

/**
 * Takes a slot with the Web Locks API. All pages of an origin share its locks, and the browser releases those of a closed or
 * crashed page. Slots are taken one at a time.
 */
export function takeLock(host: string): Promise<Release | null> {
  const take = lastTake.then(() => findFreeLock(host));
  lastTake = take.catch(() => {});
  return take;
}

async function findFreeLock(host: string): Promise<Release | null> {
  for (let slot = 1; slot <= streamsMax; slot += 1) {
    const release = await request(`earshot-stream ${host} ${slot}`);
    if (release !== null) return release;
  }
  if (releasing.size === 0) return null;
  await Promise.all(releasing);
  return findFreeLock(host);
}

function request(name: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const released = navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((release) => {
          resolve(() => {
            releasing.add(released);
            release();
          });
        });
      })
      .catch(reject)
      .finally(() => releasing.delete(released));
  });
}
