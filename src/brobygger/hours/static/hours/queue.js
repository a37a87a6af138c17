// What a mentor registers without a network: kept in the browser, locked with a key that only a sign-in gives, sent in order.
// Runs in pages and in the service worker. Each entry has an id made here, so that sent twice it arrives once.
(function () {
  "use strict";
  const STORE = "brobygger-mentor", DAY = 86400000, MOST = 20, PATIENCE = 15000;
  const able = Boolean(self.indexedDB && self.crypto && self.crypto.subtle && self.crypto.randomUUID);

  // --- The store: "entries" in the order they were made, "meta" for the key, what was last seen and the draft ---
  let opened = null;
  function open() {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(STORE, 1);
      request.onupgradeneeded = () => {
        const entries = request.result.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
        entries.createIndex("id", "id", { unique: true });
        request.result.createObjectStore("meta");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  async function within(name, mode, act) {
    const store = (await open()).transaction(name, mode, { durability: "strict" }).objectStore(name);
    return new Promise((resolve, reject) => {
      const request = act(store);
      store.transaction.oncomplete = () => resolve(request && request.result);
      store.transaction.onerror = store.transaction.onabort = () => reject(store.transaction.error);
    });
  }
  const meta = (key) => within("meta", "readonly", (store) => store.get(key));
  const setMeta = (key, value) => within("meta", "readwrite", (store) => store.put(value, key));
  const dropMeta = (key) => within("meta", "readwrite", (store) => store.delete(key));

  // One at a time, whichever tab or worker it is; the server holds the same line where a browser cannot.
  const alone = (act) => (self.navigator.locks ? self.navigator.locks.request(STORE, act) : act());

  // --- Who the key belongs to; after two weeks without the server it is forgotten, and what it locks cannot be read ---
  async function holder() {
    if (!able) return null;
    const held = await meta("holder");
    if (held && Date.now() - held.at < held.days * DAY) return held;
    if (held) await forget();
    return null;
  }

  async function forget() {
    for (const key of ["holder", "snapshot", "draft"]) await dropMeta(key);
  }

  async function lock(key, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value)));
    return { iv, data };
  }

  async function unlock(key, box) {
    try {
      const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.data);
      return JSON.parse(new TextDecoder().decode(data));
    } catch { return null; }
  }

  async function keep(name, value) {
    const held = await holder();
    if (held) await setMeta(name, { at: Date.now(), box: await lock(held.key, value) });
  }

  async function kept(name) {
    const held = await holder(), found = held && await meta(name);
    const value = found && await unlock(held.key, found.box);
    return value ? { at: found.at, value } : null;
  }

  // --- Entries ---
  async function entries() {
    const held = await holder();
    if (!held) return [];
    const all = await within("entries", "readonly", (store) => store.getAll());
    const own = all.filter((each) => each.owner === held.owner);
    return Promise.all(own.map(async (each) => ({ ...each, body: await unlock(held.key, each.box) })));
  }

  async function put(entry) {
    const held = await holder();
    if (!held) return false;
    const { body, ...row } = entry;
    const box = await lock(held.key, body);
    await within("entries", "readwrite", (store) => store.put({ ...row, owner: held.owner, box }));
    return true;
  }

  const find = async (id) => (await entries()).find((each) => each.id === id);

  async function remove(id) {
    const seq = await within("entries", "readonly", (store) => store.index("id").getKey(id));
    if (seq !== undefined) await within("entries", "readwrite", (store) => store.delete(seq));
  }

  // A new entry. `tried`: it may be on its way already, as what a form sends itself.
  async function add(body, { id = crypto.randomUUID(), tried = false } = {}) {
    const before = await find(id);
    return put({ ...(before || {}), id, at: Date.now(), tried, body });
  }

  // What has surely not arrived is changed in its place; what may have is corrected by an entry after it.
  const surelyHere = (entry) => !entry.tried || Boolean(entry.body.answer);
  const change = (id, body) => alone(async () => {
    const entry = await find(id);
    if (!entry) return add(body);
    if (surelyHere(entry)) return put({ ...entry, at: Date.now(), body });
    if (entry.body.act !== "register" || (body.fields.others || []).length || (entry.body.fields.others || []).length) return false;
    return add({ ...body, act: "correct", target: id, born_here: true });
  });
  const drop = (id) => alone(async () => {
    const entry = await find(id);
    if (!entry) return true;
    if (surelyHere(entry)) { await remove(id); return true; }
    return false;
  });
  const retry = (id, insists) => alone(async () => {
    const entry = await find(id);
    if (entry) await put({ ...entry, body: { ...entry.body, answer: null, insists: insists || entry.body.insists } });
  });

  // --- Sending ---
  function ask(address, options) {
    const patience = new AbortController(), timer = setTimeout(() => patience.abort(), PATIENCE);
    return fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: patience.signal, ...options })
      .finally(() => clearTimeout(timer));
  }

  // Learns who is signed in. "off": no network; "out": nobody is signed in as a mentor.
  async function greet(base) {
    let answer;
    try { answer = await ask(`${base}telefon/`); } catch { return { state: "off" }; }
    if (answer.status >= 500) return { state: "off" };
    if (!answer.ok) return { state: "out" };
    const told = await answer.json();
    const raw = Uint8Array.from(atob(told.key), (letter) => letter.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    const before = await meta("holder");
    if (before && before.owner !== told.owner) await forget();
    await setMeta("holder", { owner: told.owner, key, at: Date.now(), days: told.days });
    await keep("snapshot", told.snapshot);
    return { state: "in", token: told.token, owner: told.owner };
  }

  const plain = ({ id, body }) => ({
    id, act: body.act, fields: body.fields, target: body.target || null, born_here: Boolean(body.born_here), insists: Boolean(body.insists),
  });

  async function settle(entry, answer) {
    if (answer.result === "saved" || answer.result === "known") {
      await remove(entry.id);
      if (entry.body.born_here) await remove(entry.body.target);
    } else {
      await put({ ...entry, body: { ...entry.body, answer: { sentence: answer.sentence, fields: answer.fields, may_insist: answer.may_insist } } });
    }
  }

  // Sends some, and answers how many were saved; null when the connection failed, so that the rest is not tried.
  async function sendSome(base, hello, some) {
    for (const entry of some) await put({ ...entry, tried: true });
    let answer;
    try {
      answer = await ask(`${base}send/`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": hello.token },
        body: JSON.stringify({ owner: hello.owner, items: some.map(plain) }),
      });
      if (answer.ok) {
        const { answers } = await answer.json();
        let saved = 0;
        for (const entry of some) {
          const mine = answers.find((each) => each.id === entry.id);
          if (mine) await settle({ ...entry, tried: true }, mine);
          if (mine && mine.result === "saved") saved += 1;
        }
        return saved;
      }
    } catch { return null; }
    if (answer.type === "opaqueredirect" || answer.status === 403) return null;
    // Something here stumbles: one by one, so that one entry never holds up the others.
    if (some.length > 1) {
      let saved = 0;
      for (const entry of some) {
        const one = await sendSome(base, hello, [entry]);
        if (one === null) return null;
        saved += one;
      }
      return saved;
    }
    await put({ ...some[0], tried: true, body: { ...some[0].body, answer: { failed: true, sentence: "", fields: {} } } });
    return 0;
  }

  const send = (base) => alone(async () => {
    if (!able) return { state: "off", saved: 0 };
    const hello = await greet(base);
    if (hello.state !== "in") return { state: hello.state, saved: 0 };
    let saved = 0;
    // What failed is tried again each time; what was refused waits for the mentor.
    const waiting = (await entries()).filter((each) => each.body && (!each.body.answer || each.body.answer.failed));
    for (let at = 0; at < waiting.length; at += MOST) {
      const some = await sendSome(base, hello, waiting.slice(at, at + MOST));
      if (some === null) return { state: "off", saved };
      saved += some;
    }
    if (saved) await greet(base);
    return { state: "in", saved };
  });

  self.MentorQueue = { able, add, change, drop, entries, find, forget, holder, keep, kept, dropMeta, remove, retry, send };
})();
