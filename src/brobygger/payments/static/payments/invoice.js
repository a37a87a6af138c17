// The buttons at the bottom say how many lines are chosen, and what they come to.
(function () {
  "use strict";
  const kroner = new Intl.NumberFormat("da-DK", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  function chosen(form, choice) {
    return [...form.querySelectorAll("[data-pay-row]")].filter((row) => row.querySelector(`input[value="${choice}"]:checked`));
  }

  function count() {
    const form = document.querySelector("[data-pay-form]");
    if (!form || !form.querySelector("[data-pay-bar]")) return;
    for (const button of form.querySelectorAll("[data-pay-count]")) {
      const lines = chosen(form, button.value).length;
      const words = lines === 0 ? button.dataset.none : lines === 1 ? button.dataset.one : button.dataset.many;
      button.querySelector("span").textContent = words.replace("{n}", lines);
      button.disabled = lines === 0;
    }
    const total = form.querySelector("[data-pay-total]");
    const oere = chosen(form, "pay").reduce((sum, row) => sum + Number(row.dataset.oere), 0);
    total.textContent = oere ? total.dataset.label.replace("{kr}", kroner.format(oere / 100)) : "";
    form.querySelector("[data-pay-why]").hidden = chosen(form, "refuse").length === 0;
  }

  document.addEventListener("change", (event) => { if (event.target.closest("[data-pay-form]")) count(); });
  document.addEventListener("htmx:afterSettle", count);
  window.addEventListener("pageshow", count);
  document.addEventListener("DOMContentLoaded", count);
})();
