// Fields that are better with a script: long selects become searchable, dates get a calendar, files can be dropped.
(function () {
  "use strict";
  const MANY = 7;
  const texts = () => document.getElementById("bb-texts").dataset;
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").trim();
  const done = new WeakSet();

  document.addEventListener("bb:start", (event) => {
    const root = event.detail.root;
    root.querySelectorAll("select.form-select:not([multiple])").forEach((select) => {
      const wanted = select.hasAttribute("data-bb-search") || select.options.length > MANY;
      if (!wanted || select.hasAttribute("data-bb-plain") || done.has(select)) return;
      done.add(select);
      searchable(select);
    });
    root.querySelectorAll("input[data-bb-date]").forEach((input) => {
      if (done.has(input)) return;
      done.add(input);
      calendar(input);
    });
    root.querySelectorAll("[data-drop]").forEach((box) => {
      if (done.has(box)) return;
      done.add(box);
      droppable(box);
    });
  });

  function element(tag, attributes) {
    const el = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
    return el;
  }

  // The native select stays, hidden, and holds the value; the text input in front of it takes over its id and label.
  function searchable(select) {
    const id = select.id || `bb-${Math.random().toString(36).slice(2)}`;
    const list = element("ul", { class: "bb-options", id: `${id}-options`, role: "listbox", "aria-label": texts().options, hidden: "" });
    const input = element("input", {
      class: "form-input", type: "text", id, role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": list.id, placeholder: texts().pick,
    });
    for (const name of ["aria-describedby", "aria-invalid", "aria-required", "aria-label", "aria-labelledby"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    input.disabled = select.disabled;
    select.id = `${id}-native`;
    select.hidden = true;
    const box = element("div", { class: "bb-combobox" });
    select.before(box);
    box.append(input, list, select);

    let at = -1;
    const chosen = () => { const option = select.selectedOptions[0]; return option && option.value !== "" ? option.text : ""; };
    const items = () => [...list.querySelectorAll("[role=option]")];
    const isOpen = () => !list.hidden;

    function point(index) {
      at = index;
      items().forEach((item, place) => item.classList.toggle("bb-at", place === at));
      const item = items()[at];
      if (item) {
        input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    function show(query) {
      const words = plain(query).split(/\s+/).filter(Boolean);
      list.replaceChildren();
      [...select.options].forEach((option, place) => {
        const known = plain(option.text);
        if (option.disabled || option.value === "" || !words.every((word) => known.includes(word))) return;
        const item = element("li", { role: "option", id: `${id}-option-${place}`, "aria-selected": String(option.selected), "data-place": place });
        item.textContent = option.text;
        list.append(item);
      });
      if (!list.children.length) {
        const none = element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", id: `${id}-none` });
        none.textContent = texts().none;
        list.append(none);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      point(words.length ? 0 : items().findIndex((item) => item.getAttribute("aria-selected") === "true"));
    }

    function hide() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function tell() {
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function choose(item) {
      if (!item || item.dataset.place === undefined) return;
      const changed = select.selectedIndex !== Number(item.dataset.place);
      select.selectedIndex = Number(item.dataset.place);
      input.value = chosen();
      hide();
      if (changed) tell();
    }

    // Leaving the field takes an exact match, empties it when emptied, and else restores what was chosen.
    function settle() {
      const typed = plain(input.value);
      const match = [...select.options].findIndex((option) => option.value !== "" && plain(option.text) === typed);
      const empty = [...select.options].findIndex((option) => option.value === "");
      const wanted = match >= 0 ? match : typed === "" && empty >= 0 ? empty : select.selectedIndex;
      const changed = wanted !== select.selectedIndex;
      select.selectedIndex = wanted;
      input.value = chosen();
      hide();
      if (changed) tell();
    }

    input.value = chosen();
    input.addEventListener("input", (event) => { event.stopPropagation(); show(input.value); });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("click", () => { if (!isOpen()) { input.select(); show(""); } });
    input.addEventListener("blur", settle);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen()) return show("");
        const count = items().length;
        point((at + (event.key === "ArrowDown" ? 1 : count - 1) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
      } else if (event.key === "Enter" && isOpen()) {
        event.preventDefault();
        choose(items()[at]);
      } else if (event.key === "Escape" && isOpen()) {
        event.preventDefault();
        event.stopPropagation();
        input.value = chosen();
        hide();
      }
    });
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
    select.addEventListener("bb:sync", () => { input.value = chosen(); });
    select.form?.addEventListener("reset", () => setTimeout(() => { input.value = chosen(); }));
    window.addEventListener("pageshow", () => { input.value = chosen(); });
  }

  // Typing stays the main way; the button opens the browser's own calendar and writes the date the Danish way.
  function calendar(input) {
    const native = element("input", { type: "date", class: "bb-date-native", tabindex: "-1", "aria-hidden": "true" });
    if (typeof native.showPicker !== "function") return;
    const button = element("button", { type: "button", class: "bb-date-button", "aria-label": texts().calendar });
    button.innerHTML = '<span class="icon icon-calendar-month" aria-hidden="true"></span>';
    const box = element("div", { class: "bb-date" });
    input.before(box);
    box.append(input, button, native);
    button.disabled = input.disabled;
    button.addEventListener("click", () => {
      const found = /^(\d{1,2})\D+(\d{1,2})\D+(\d{4})$/.exec(input.value.trim());
      native.value = found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : "";
      native.showPicker();
    });
    native.addEventListener("change", (event) => {
      event.stopPropagation();
      if (!native.value) return;
      input.value = native.value.split("-").reverse().join(".");
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
  }

  // A file dropped anywhere on the box is put into its field, as if it had been chosen there.
  function droppable(box) {
    const input = box.querySelector("input[type=file]");
    const over = (on) => box.classList.toggle("bb-drop-over", on);
    for (const name of ["dragenter", "dragover"]) {
      box.addEventListener(name, (event) => { event.preventDefault(); over(true); });
    }
    box.addEventListener("dragleave", () => over(false));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
})();
