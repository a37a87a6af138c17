// Whoever sees the page for signing in is signed out: what the mentor's pages kept to show without a network is locked.
// Entries that were not sent stay, locked; their own mentor's next sign-in opens them.
(function () {
  "use strict";
  if (!window.indexedDB?.databases) return;
  indexedDB.databases().then((known) => {
    if (!known.some((each) => each.name === "brobygger-mentor")) return;
    const request = indexedDB.open("brobygger-mentor");
    request.onsuccess = () => {
      const database = request.result;
      if (!database.objectStoreNames.contains("meta")) return database.close();
      const store = database.transaction("meta", "readwrite").objectStore("meta");
      store.clear();
      store.transaction.oncomplete = () => database.close();
    };
  }).catch(() => { /* the browser keeps nothing */ });
})();
