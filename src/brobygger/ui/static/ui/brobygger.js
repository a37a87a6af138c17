// What every page does: components, menus, dialogues, toasts, one submit at a time, keys.
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  const texts = () => document.getElementById("bb-texts").dataset;
  // The design system's own words are Danish; the page says them in the reader's language.
  const charactersLeft = () => {
    const { left, tooMany } = texts();
    return {
      character_remaining: left, characters_remaining: left,
      character_too_many: tooMany, characters_too_many: tooMany,
    };
  };
  const started = new WeakSet();
  const starters = [
    [".form-limit", (el) => new DKFDS.CharacterLimit(el, charactersLeft()).init()],
    [".tooltip-wrapper", (el) => new DKFDS.Tooltip(el).init()],
    [".js-dropdown", (el) => new DKFDS.Dropdown(el).init()],
    ['[data-module="error-summary"]', startSummary],
    ["[data-bb-toast]", startToast],
    ["details[data-bb-menu]", startMenu],
  ];

  // Starting a component twice would make it answer twice, so each element is remembered.
  function start(scope) {
    const root = scope.nodeType === Node.DOCUMENT_NODE ? scope : scope.parentNode || scope;
    for (const [selector, begin] of starters) {
      for (const el of root.querySelectorAll(selector)) {
        if (started.has(el)) continue;
        started.add(el);
        begin(el);
      }
    }
    root.querySelectorAll("table.table--responsive-headers").forEach((table) => new DKFDS.ResponsiveTable(table));
    document.dispatchEvent(new CustomEvent("bb:start", { detail: { root } }));
  }

  // The summary takes the focus when the page comes back with errors; a form marked quiet (the gallery) keeps still.
  function startSummary(summary) {
    const component = new DKFDS.ErrorSummary(summary);
    if (summary.closest("[data-bb-quiet]")) summary.addEventListener("click", component.handleClick.bind(component));
    else component.init();
  }

  // --- Toasts ---
  function startToast(toast) {
    const stay = toast.querySelector("form") ? 20000 : 8000;
    let timer = toast.classList.contains("toast-error") ? null : setTimeout(() => toast.remove(), stay);
    const hold = () => { clearTimeout(timer); timer = null; };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.querySelector("[data-bb-dismiss]").addEventListener("click", () => toast.remove());
    toast.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) toast.remove(); });
  }

  function say(text, kind) {
    const toast = document.createElement("div");
    toast.className = `toast toast-${kind} show`;
    toast.dataset.bbToast = "";
    toast.innerHTML = '<div class="toast-icon"></div><div class="toast-message"><button type="button" class="toast-close" data-bb-dismiss></button><p></p></div>';
    toast.querySelector("button").textContent = texts().close;
    toast.querySelector("p").textContent = text;
    document.getElementById("toasts").append(toast);
    start(toast);
  }

  // --- Menus: one open at a time, closed by Escape and by a click elsewhere ---
  function startMenu(menu) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-bb-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const toggle = event.target.closest("[data-bb-toggle]");
    if (toggle) {
      const open = document.getElementById(toggle.getAttribute("aria-controls")).classList.toggle("bb-open");
      toggle.setAttribute("aria-expanded", String(open));
    }
    const opener = event.target.closest("[data-bb-open]");
    if (opener) openDialog(opener.dataset.bbOpen, opener);
    const closer = event.target.closest("[data-bb-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-bb-print]")) window.print();
    if (event.target.matches("dialog.bb-dialog")) event.target.close();
  });

  // --- Dialogues and the command palette ---
  function openDialog(id, opener) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    if (id === "palette" && opener && opener.value !== undefined) {
      dialog.querySelector("input[type=search]").value = opener.value;
      opener.value = "";
    }
    dialog.showModal();
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-bb-open]")) openDialog(event.target.dataset.bbOpen, event.target);
  });

  const writing = (el) => el.closest("input, textarea, select, [contenteditable], dialog");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("#palette")) return movePalette(event);
    if (writing(event.target)) return;
    if (event.key === "/" && document.getElementById("palette")) {
      event.preventDefault();
      openDialog("palette");
    } else {
      moveRows(event);
    }
  });

  function movePalette(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const palette = document.getElementById("palette");
    const stops = [palette.querySelector("input[type=search]"), ...palette.querySelectorAll("#palette-results a")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[(at + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length];
    event.preventDefault();
    next.focus();
  }

  // --- Rows by keyboard: j and k move, a row's own letters press its buttons ---
  function moveRows(event) {
    const list = document.querySelector("[data-bb-rows]");
    if (!list) return;
    const rows = [...list.querySelectorAll("[data-bb-row]")];
    const at = rows.findIndex((row) => row.classList.contains("bb-picked"));
    const step = { j: 1, k: -1 }[event.key];
    if (step && rows.length) {
      const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
      rows.forEach((row) => row.classList.toggle("bb-picked", row === next));
      next.tabIndex = -1;
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    } else if (at >= 0) {
      const act = [...rows[at].querySelectorAll("[data-bb-key]")].find((el) => el.dataset.bbKey === event.key);
      if (act) act.click();
    }
  }

  // --- One submit at a time ---
  function busy(form, on) {
    form.toggleAttribute("data-bb-sending", on);
    form.querySelectorAll('button:not([type="button"]), input[type="submit"]').forEach((el) => {
      if (on) el.setAttribute("aria-busy", "true");
      else el.removeAttribute("aria-busy");
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-bb-sending")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (form.method === "post" && !form.matches("[hx-post], [data-hx-post], [hx-put], [hx-patch], [hx-delete]")) {
      busy(form, true);
    }
  }, true);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-bb-sending]").forEach((form) => busy(form, false)));
  const submitted = (event) => event.detail.elt.tagName === "FORM" && event.detail.requestConfig?.triggeringEvent?.type === "submit";
  document.addEventListener("htmx:beforeSend", (event) => { if (submitted(event)) busy(event.detail.elt, true); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt.tagName === "FORM") busy(event.detail.elt, false); });

  // --- Autosaved drafts ---
  function autosave(event, state) {
    const form = event.detail.elt;
    if (!form.matches("[data-bb-autosaves]") || submitted(event)) return;
    const note = form.querySelector("[data-bb-autosave]") || document.querySelector("[data-bb-autosave]");
    if (!note) return;
    const clock = new Date().toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit" });
    note.textContent = note.dataset[state].replace("{time}", clock);
    note.classList.toggle("bb-failed", state === "failed");
  }
  document.addEventListener("htmx:beforeSend", (event) => autosave(event, "saving"));
  document.addEventListener("htmx:afterRequest", (event) => autosave(event, event.detail.successful ? "saved" : "failed"));

  // --- After a change: components, focus, errors ---
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  document.addEventListener("htmx:afterSettle", (event) => {
    const focus = event.detail.elt.querySelector("[data-bb-focus]") || (event.detail.elt.matches("[data-bb-focus]") && event.detail.elt);
    if (!focus) return;
    if (!focus.matches("a, button, input, select, textarea, [tabindex]")) focus.tabIndex = -1;
    focus.focus();
  });
  document.addEventListener("htmx:responseError", (event) => say(texts()[event.detail.xhr.status === 403 ? "forbidden" : "failed"], "error"));
  document.addEventListener("htmx:sendError", () => say(texts().offline, "error"));
  document.addEventListener("htmx:timeout", () => say(texts().offline, "error"));

  // --- The session ends ---
  function watchSession() {
    const notice = document.getElementById("session-notice");
    if (!notice) return;
    const wait = Math.max(Number(notice.dataset.seconds) - 120, 10) * 1000;
    let timer = setTimeout(() => notice.showModal(), wait);
    const again = () => { clearTimeout(timer); timer = setTimeout(() => notice.showModal(), wait); };
    document.addEventListener("htmx:afterRequest", again);
    notice.querySelector("[data-bb-keepalive]").addEventListener("click", async () => {
      const answer = await fetch(notice.dataset.keepalive, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
      notice.close();
      if (answer && answer.ok) again();
      else say(texts().offline, "error");
    });
  }

  // A folded section is opened for a link into it and for printing.
  function openTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) target.closest("details")?.setAttribute("open", "");
  }
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details.bb-section, .bb-chart-table").forEach((el) => { el.open = true; }));

  window.Brobygger = { say, start };
  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    watchSession();
    openTarget();
  });
})();
