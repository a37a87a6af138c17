// The page for the time without a network: fills itself from what the telephone keeps, and keeps what is written.
(function () {
  "use strict";
  const queue = window.MentorQueue, phone = window.MentorPhone, form = document.querySelector("form[data-phone-shell]");
  const part = (name) => document.querySelector(`[data-phone-${name}]`);
  if (!phone) { part("empty").hidden = false; return; }
  const { texts, say } = phone;
  let seen = null, seenAt = 0, edited = null, corrected = null;

  const asked = new URLSearchParams(location.search);
  const inPath = /\/kontakt\/([0-9a-f-]{36})\//.exec(location.pathname);

  // --- Choices from what was last seen ---
  function chips(box, name, type, choices) {
    box.replaceChildren(...choices.map(([value, label], at) => {
      const chip = document.createElement("span"), input = document.createElement("input"), words = document.createElement("label");
      chip.className = "bb-chip";
      Object.assign(input, { type, name, value, id: `id_phone_${name}_${at}`, className: "bb-chip-input" });
      Object.assign(words, { htmlFor: input.id, textContent: label });
      chip.append(input, words);
      return chip;
    }));
  }
  const picked = () => form.querySelector('input[name="mentorship"]:checked')?.value;
  function follow() {
    const found = seen.cases.find((each) => each.id === picked()), tasks = found ? found.tasks : [];
    chips(part("tasks"), "task", "radio", tasks.map((each) => [each.key, each.text]));
    part("what").hidden = !tasks.length;
    part("left").textContent = found?.week_left ? part("left").dataset.text.replace("{left}", found.week_left).replace("{time}", phone.time(seenAt)) : "";
    const first = part("tasks").querySelector("input");
    if (first) first.checked = true;
  }
  function lay() {
    chips(part("cases"), "mentorship", "radio", seen.cases.map((each) => [each.id, each.label]));
    chips(part("other-cases"), "others", "checkbox", seen.cases.map((each) => [each.id, each.label]));
    part("others").hidden = seen.cases.length < 2;
    const other = form.querySelector('input[name="length"][value="OTHER"]'), box = document.createElement("div");
    if (form.querySelector(`input[name="length"][value="${CSS.escape(seen.usual)}"]`)) return;
    chips(box, "length", "radio", [[seen.usual, `${seen.usual} ${texts.minutes}`]]);
    other.closest(".bb-chip").before(box.firstChild);
  }
  const check = (name, value) => { const el = form.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`); if (el) el.checked = true; return Boolean(el); };

  // Today, just now, for as long as usual: as the page with a network has it.
  function preset() {
    form.reset();
    edited = corrected = null;
    delete form.dataset.phoneEdits;
    delete form.dataset.phoneLabel;
    form.elements.reason.disabled = part("reason").hidden = true;
    part("who").hidden = false;
    part("others").hidden = seen.cases.length < 2;
    const minutes = Number(seen.usual), begun = new Date(Date.now() - minutes * 60000);
    begun.setMinutes(Math.floor(begun.getMinutes() / 15) * 15);
    const two = (number) => String(number).padStart(2, "0");
    form.elements.day.value = `${two(begun.getDate())}.${two(begun.getMonth() + 1)}.${begun.getFullYear()}`;
    form.elements.clock.value = `${two(begun.getHours())}.${two(begun.getMinutes())}`;
    if (!check("length", String(minutes))) check("length", "60");
    check("kind", seen.kind);
    if (!check("mentorship", asked.get("forloeb") || "")) check("mentorship", seen.mentorship);
    follow();
  }

  // --- Changing what is kept, or what was sent ---
  function problem(sentence) {
    part("problem").hidden = !sentence;
    document.getElementById("phone-problem").textContent = sentence;
  }
  function lengthIn(fields) {
    const known = [...form.querySelectorAll('input[name="length"]')].some((each) => each.value === fields.length);
    return known ? fields : { ...fields, length: "OTHER", other_length: `${fields.length} min` };
  }
  function correcting(label) {
    form.dataset.phoneEdits = "1";
    form.dataset.phoneLabel = label;
    part("reason").hidden = form.elements.reason.disabled = false;
    part("who").hidden = part("others").hidden = true;
  }
  async function edit(id) {
    const entry = id && await queue.find(id);
    if (!entry?.body) return;
    edited = entry;
    form.dataset.phoneEdits = "1";
    if (entry.body.act === "correct" && !entry.body.born_here) correcting(entry.body.label);
    phone.fill(lengthIn(entry.body.fields));
    part("change").hidden = !entry.body.answer?.fields?.after_change && !entry.body.fields.after_change;
    problem(entry.body.answer?.sentence || "");
    document.querySelector("h1").textContent = texts.edit;
  }
  function correct(id) {
    const contact = seen.contacts.find((each) => each.id === id);
    if (!contact) return;
    corrected = contact;
    check("mentorship", contact.fields.mentorship);
    follow();
    correcting(contact.label);
    phone.fill(lengthIn(contact.fields));
    problem("");
    window.scrollTo(0, 0);
    form.elements.reason.focus();
  }
  function recent() {
    part("recent").hidden = !seen.contacts.length;
    part("contacts").replaceChildren(...seen.contacts.slice(0, 20).map((each) => {
      const item = document.createElement("li"), words = document.createElement("p"), acts = document.createElement("p"), link = document.createElement("button");
      words.textContent = `${each.label} · ${each.when}`;
      acts.className = "hours-acts";
      Object.assign(link, { type: "button", className: "function-link hours-link", textContent: texts.edit });
      link.setAttribute("aria-label", `${texts.edit} ${each.when}`);
      link.addEventListener("click", () => correct(each.id));
      acts.append(link);
      item.append(words, acts);
      return item;
    }));
  }

  // --- Keeping ---
  function lacks(fields) {
    if (!fields.mentorship && !corrected && edited?.body.act !== "correct") return texts.lacks;
    if (!fields.day?.trim() || !fields.clock?.trim() || !fields.length || (fields.length === "OTHER" && !fields.other_length?.trim())) return texts.lacks;
    return !form.elements.reason.disabled && !fields.reason?.trim() ? texts.reason : "";
  }
  function bodyOf(fields) {
    const label = phone.labelOf(form);
    if (!corrected && edited?.body.act !== "correct") return { act: "register", fields, label };
    if (!fields.note) delete fields.note; // the telephone does not know the old one
    return { ...(edited?.body || {}), answer: null, act: "correct", target: corrected ? corrected.id : edited.body.target, fields, label };
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.removeAttribute("data-bb-sending");
    document.querySelectorAll("[aria-busy]").forEach((el) => el.removeAttribute("aria-busy"));
    const fields = phone.fieldsOf(form), lacking = lacks(fields);
    problem(lacking);
    if (lacking) return;
    const stored = edited ? await queue.change(edited.id, bodyOf(fields)) : await queue.add(bodyOf(fields));
    if (!stored) return problem((await queue.holder()) ? texts.busy : texts.empty);
    await queue.dropMeta("draft");
    phone.forgetTyped();
    document.getElementById("draft").hidden = true;
    preset();
    await phone.show();
    say(texts.stored, "success");
    window.scrollTo(0, 0);
    phone.send();
  });
  form.addEventListener("change", (event) => { if (event.target.name === "mentorship") follow(); });
  form.addEventListener("phone:who", () => { if (seen) follow(); });

  part("forget").addEventListener("click", async () => {
    await queue.forget();
    say(texts.forgotten, "success");
    await start();
    await phone.show();
  });

  async function start() {
    const kept = await queue.kept("snapshot");
    seen = kept && kept.value;
    seenAt = kept && kept.at;
    const usable = Boolean(seen && seen.cases.length);
    form.hidden = part("save").hidden = !usable;
    part("empty").hidden = usable;
    part("recent").hidden = true;
    if (!usable) return;
    lay();
    preset();
    recent();
    await edit(asked.get("ret"));
    if (!edited && (inPath || asked.get("kontakt"))) correct(inPath ? inPath[1] : asked.get("kontakt"));
  }
  // The first time there is a network, what it shows comes with the first sending.
  start().then(() => { if (!seen) phone.send().then(start); });
  document.addEventListener("phone:sent", () => { if (!edited && !corrected) start(); });
})();
