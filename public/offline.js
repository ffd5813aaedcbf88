// The service worker: a runbook that was seen can be read when the portal cannot be reached. Everything else goes to the
// portal, as if this were not there.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode !== 'navigate' || !pathname.startsWith('/r/')) return;
  event.respondWith(fetch(event.request).catch(() => kept(pathname)));
});

async function kept(pathname) {
  const cache = await caches.open('runbooks');
  return (await cache.match(pathname)) ?? Response.error();
}
