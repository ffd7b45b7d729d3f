/* global files, version */
// The service worker: keeps the page's own files, so that it opens without a network. Messages, and all else that the
// server says, are none of its business. The build writes the list of `files` and the `version` of the page before
// this text: another build is another worker, with a cache of its own.

/** Milliseconds. */
const patienceMs = 5_000;

const cacheName = `page ${version} ${files.join(' ')}`;

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(['/', ...files])));
});

addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([dropOthers(), clients.claim()]));
});

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('page ') && name !== cacheName).map((name) => caches.delete(name)),
  );
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && pathname === '/') event.respondWith(page(request));
  else if (files.includes(pathname)) event.respondWith(kept(pathname, request));
});

/** As the server has it now; what is kept, where the server or the way to it is down. */
async function page(request) {
  const answer = await fetch(request, { signal: AbortSignal.timeout(patienceMs) }).catch(() => null);
  return answer !== null && answer.status < 500 ? answer : kept('/', request);
}

async function kept(path, request) {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
