// What was typed is never lost: a form whose request failed is kept in the tab and put back when the page is opened again.
// Passwords, CPR numbers, files, keys and hidden fields are never kept.
(function () {
  "use strict";
  const key = (form) => `bb-kept:${location.pathname}:${form.id || form.getAttribute("hx-post") || form.getAttribute("action") || ""}`;
  const kept = (el) => el.name && !el.disabled && !["password", "hidden", "file", "submit", "button"].includes(el.type) && !el.hasAttribute("data-bb-secret");
  const fields = (form) => [...form.elements].filter(kept);
  const formOf = (event) => event.detail.elt.closest("form[method=post], form[hx-post]");

  function keep(form) {
    const values = fields(form)
      .filter((el) => !["checkbox", "radio"].includes(el.type) || el.checked)
      .map((el) => [el.name, el.value]);
    try { sessionStorage.setItem(key(form), JSON.stringify(values)); } catch { /* the tab may keep nothing */ }
  }

  function forget(form) {
    try { sessionStorage.removeItem(key(form)); } catch { /* nothing was kept */ }
  }

  function restore(form) {
    let values = null;
    try { values = JSON.parse(sessionStorage.getItem(key(form)) || "null"); } catch { values = null; }
    if (!values) return false;
    for (const el of fields(form)) {
      const mine = values.filter(([name]) => name === el.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(el.type)) el.checked = mine.includes(el.value);
      else if (mine.length) el.value = mine[0];
      el.dispatchEvent(new Event("bb:sync"));
    }
    return true;
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => { const form = formOf(event); if (form) keep(form); });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event);
    if (form && event.detail.successful) forget(form);
  });
  window.addEventListener("offline", () => document.querySelectorAll("form[method=post]").forEach(keep));
  document.addEventListener("DOMContentLoaded", () => {
    const restored = [...document.querySelectorAll("form[method=post], form[hx-post]")].filter((form) => {
      const found = restore(form);
      forget(form);
      return found;
    });
    if (restored.length) window.Brobygger.say(document.getElementById("bb-texts").dataset.restored, "info");
  });
})();
