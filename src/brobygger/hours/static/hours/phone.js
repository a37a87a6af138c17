// The mentor's pages: installs the worker, keeps what is sent until the server has it, shows what lies on the telephone.
(function () {
  "use strict";
  const queue = window.MentorQueue, place = document.getElementById("on-phone");
  if (!place || !queue.able) return;
  const texts = document.getElementById("phone-texts").dataset, base = place.dataset.base;
  const say = (text, kind = "info") => window.Brobygger.say(text, kind);
  const quickly = (promise, ms) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))]);
  const time = (at) => new Date(at).toLocaleString(document.documentElement.lang, { weekday: "long", hour: "2-digit", minute: "2-digit" });

  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(`${base}sw.js`, { scope: base, updateViaCache: "none" }).catch(() => { /* works without */ });
  }
  function sendLater() {
    navigator.serviceWorker?.ready.then((registration) => registration.sync?.register("send")).catch(() => { /* the page does it */ });
  }

  // The fields as they are typed, by name; those that may be several as a list.
  function fieldsOf(form) {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || name === "public_id") continue;
      if (name === "others") (fields.others ||= []).push(value);
      else fields[name] = value;
    }
    return fields;
  }
  const chosen = (form, name) => form.querySelector(`input[name="${name}"]:checked + label`)?.textContent.trim() || "";

  // How the entry is told on this telephone: who, when, how long.
  function labelOf(form) {
    const { day = "", clock = "", length = "", other_length = "" } = fieldsOf(form);
    const who = [chosen(form, "mentorship"), ...[...form.querySelectorAll('input[name="others"]:checked + label')].map((el) => el.textContent.trim())];
    const names = [...new Set(who.filter(Boolean))].join(", ") || form.dataset.phoneLabel || "";
    return [names, `${day} ${texts.clock} ${clock}`.trim(), length === "OTHER" ? other_length : `${length} ${texts.minutes}`].filter(Boolean).join(" · ");
  }

  // What was stored is nowhere else: the tab's own copy would bring it back as something new.
  function forgetTyped() {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("bb-kept:")) sessionStorage.removeItem(key);
  }

  // --- The list ---
  function button(text, act, entry) {
    const el = document.createElement("button");
    el.type = "button";
    el.className = "function-link hours-link";
    el.textContent = text;
    el.dataset.phoneAct = act;
    el.dataset.id = entry.id;
    return el;
  }

  function row(entry) {
    const item = document.createElement("li"), what = document.createElement("p"), state = document.createElement("p"), acts = document.createElement("p");
    const { act, label, answer, fields } = entry.body;
    const kind = { correct: texts.correction, withdraw: texts.deletion }[act];
    const strong = document.createElement("strong");
    strong.textContent = [kind, label].filter(Boolean).join(": ");
    what.append(strong);
    if (fields.note) what.append(` · ${fields.note}`);
    state.textContent = answer ? answer.sentence || texts.failed : texts.waiting;
    state.className = answer ? "hours-conflict" : "bb-muted";
    acts.className = "hours-acts";
    if (act !== "withdraw") {
      const link = document.createElement("a");
      link.href = `${place.dataset.shell}?ret=${entry.id}`;
      link.textContent = texts.edit;
      acts.append(link);
    }
    if (answer?.may_insist) acts.append(button(texts.insist, "insist", entry));
    else if (answer) acts.append(button(texts.again, "again", entry));
    acts.append(button(texts.delete, "delete", entry));
    item.append(what, state, acts);
    return item;
  }

  async function show(state) {
    const waiting = (await queue.entries()).filter((entry) => entry.body);
    place.hidden = !waiting.length;
    place.querySelector("[data-phone-list]").replaceChildren(...waiting.map(row));
    const status = place.querySelector("[data-phone-status]");
    status.replaceChildren();
    if (state === "out" && waiting.length) {
      const link = document.createElement("a");
      link.href = `${place.dataset.login}?next=${encodeURIComponent(base)}`;
      link.textContent = texts.login;
      status.append(`${texts.signedout} `, link);
    }
    return waiting;
  }

  // --- Sending: now, when the network comes, and by the worker ---
  let sending = null;
  const fromShell = (entry) => !entry.body?.own;
  async function onward() {
    const before = await queue.entries().catch(() => []);
    const result = await queue.send(base).catch(() => ({ state: "off", saved: 0 }));
    return [result, before.filter(fromShell).length];
  }
  function send() {
    sending ||= onward().then(async ([result, before]) => {
      sending = null;
      const waiting = await show(result.state);
      if (result.state === "off" && waiting.length) sendLater();
      // Also what another window or the worker sent meanwhile; what the page's own form sent is shown already.
      if (result.saved || before > waiting.filter(fromShell).length) {
        say(texts.sent, "success");
        document.dispatchEvent(new CustomEvent("phone:sent"));
        if (location.pathname === base) location.reload();
      }
      return result;
    });
    return sending;
  }
  window.addEventListener("online", send);

  place.addEventListener("click", async (event) => {
    const pressed = event.target.closest("[data-phone-act]");
    if (!pressed) return;
    const { id, phoneAct } = pressed.dataset;
    if (phoneAct === "delete") {
      const entry = await queue.find(id);
      const gone = await queue.drop(id);
      say(gone ? texts.deleted : texts.busy, gone ? "success" : "error");
      if (gone && entry?.body.act === "register") await queue.dropMeta("draft");
      await show();
    } else {
      await queue.retry(id, phoneAct === "insist");
      await send();
    }
  });

  // --- Drafts: kept while one writes, and offered, never put back unasked ---
  const form = document.querySelector("form[data-phone-form], form[data-phone-shell]");
  const drafts = document.getElementById("draft");
  let touched = false, timer = null;
  const isNew = () => drafts && !form.dataset.phoneEdits;
  function keepDraft() {
    clearTimeout(timer);
    if (touched && isNew()) queue.keep("draft", fieldsOf(form)).catch(() => { /* nothing can be kept */ });
  }
  function fill(fields) {
    const put = (name) => {
      for (const el of form.elements) {
        if (el.name !== name || el.type === "hidden") continue;
        const value = fields[name];
        if (el.type === "radio" || el.type === "checkbox") el.checked = [].concat(value).includes(el.value);
        else el.value = value;
        el.dispatchEvent(new Event("bb:sync"));
      }
    };
    if ("mentorship" in fields) put("mentorship");
    form.dispatchEvent(new CustomEvent("phone:who"));
    Object.keys(fields).forEach(put);
  }
  async function offerDraft() {
    const draft = form && isNew() && await queue.kept("draft");
    if (!draft) return;
    const words = document.createElement("p"), acts = document.createElement("p");
    words.textContent = texts.draft.replace("{time}", time(draft.at));
    acts.className = "hours-acts";
    acts.append(button(texts.resume, "resume", {}), button(texts.discard, "discard", {}));
    drafts.replaceChildren(words, acts);
    drafts.hidden = false;
    acts.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-phone-act]");
      if (!pressed) return;
      if (pressed.dataset.phoneAct === "resume") { fill(draft.value); touched = true; } else queue.dropMeta("draft");
      drafts.hidden = true;
    });
  }
  if (form && drafts) {
    form.addEventListener("input", () => { touched = true; clearTimeout(timer); timer = setTimeout(keepDraft, 400); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keepDraft(); });
  }

  // --- What a page's own form sends is kept first, so that a connection that breaks takes nothing with it ---
  const own = document.querySelector("form[data-phone-form]");
  async function keepFirst() {
    const body = { act: own.dataset.phoneForm, target: own.dataset.phoneTarget || null, fields: fieldsOf(own), label: labelOf(own), own: true };
    const stored = await queue.add(body, { id: own.elements.public_id.value, tried: true });
    if (!stored) return;
    clearTimeout(timer);
    await queue.dropMeta("draft");
    forgetTyped();
  }
  if (own) {
    own.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      touched = false;
      quickly(keepFirst().catch(() => { /* sent without */ }), 1500).then(() => own.submit());
    });
  }

  window.MentorPhone = { fieldsOf, fill, forgetTyped, labelOf, say, send, show, texts, time };
  // A page that came back with its form holds what was sent; it is not waiting any more.
  const arrived = own ? queue.remove(own.elements.public_id.value) : Promise.resolve();
  arrived.catch(() => {}).then(() => {
    offerDraft();
    quickly(send(), 2500).then((result) => { if (!result) show(); });
  });
})();
