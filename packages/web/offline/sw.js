/* global files, version */
// The service worker caches the page's own files, so that the page opens without a network. It does not handle messages or other
// requests to the server. The build prepends the list of `files` and the `version` of the page, so each build is a
// different worker with a separate cache.

/** The time limit for the page from the server, in milliseconds. */
const timeoutMs = 5_000;

const cacheName = `page ${version} ${files.join(' ')}`;

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(['/', ...files])));
});

addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([deleteOtherCaches(), clients.claim()]));
});

async function deleteOtherCaches() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('page ') && name !== cacheName).map((name) => caches.delete(name)),
  );
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && ['/', '/moderate'].includes(pathname)) event.respondWith(fetchPage(request));
  else if (files.includes(pathname)) event.respondWith(fromCache(pathname, request));
});

/** The page from the server, or from the cache if the server is unreachable or fails. */
async function fetchPage(request) {
  const response = await fetch(request, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => null);
  return response !== null && response.status < 500 ? response : fromCache('/', request);
}

async function fromCache(path, request) {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
