// The service worker of the mentor's pages: keeps the page for the time without a network and its parts, and nothing personal.
(function () {
  "use strict";
  const { version, shell, parts } = self.PHONE;
  const CACHE = `brobygger-mentor-${version}`, PATIENCE = 8000;
  const base = new URL(self.registration.scope).pathname;

  self.addEventListener("install", (event) => {
    const fresh = (address) => new Request(address, { cache: "reload", credentials: "same-origin" });
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([shell, ...parts].map(fresh))).then(() => self.skipWaiting()));
  });

  self.addEventListener("activate", (event) => {
    const old = (name) => name.startsWith("brobygger-mentor-") && name !== CACHE;
    event.waitUntil(
      caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
    );
  });

  const late = (ms) => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), ms));

  // The network first, as everywhere; the kept page only where there is none, or where it does not answer.
  async function page(request) {
    try {
      return await (request.method === "GET" ? Promise.race([fetch(request), late(PATIENCE)]) : fetch(request));
    } catch {
      return (await caches.match(shell)) || Response.error();
    }
  }

  async function part(request) {
    try {
      return await Promise.race([fetch(request), late(PATIENCE)]);
    } catch {
      return (await caches.match(request, { ignoreSearch: true })) || fetch(request);
    }
  }

  self.addEventListener("fetch", (event) => {
    const { request } = event, { origin, pathname } = new URL(request.url);
    if (origin !== self.location.origin) return;
    if (request.mode === "navigate") event.respondWith(page(request));
    else if (request.method === "GET" && parts.includes(pathname)) event.respondWith(part(request));
  });

  // Where the browser has it, what waits is sent once there is a network, also with the page closed.
  self.addEventListener("sync", (event) => {
    if (event.tag === "send") event.waitUntil(self.MentorQueue.send(base));
  });
})();
