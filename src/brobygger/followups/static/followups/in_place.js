// A form opened on a row: focus goes into it, and "Fortryd" puts it away and gives the focus back.
(function () {
  "use strict";
  if (window.bbInPlace) return;
  window.bbInPlace = true;

  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.target.querySelector && event.target.querySelector("form.bb-in-place");
    if (!form) return;
    const first = form.querySelector(".bb-error-summary") || form.querySelector("input:not([type=hidden]), textarea, select");
    if (first) first.focus();
  });

  // The row that took the form's place is where the change is.
  document.addEventListener("bb:acted", () => {
    const row = document.querySelector("[data-bb-changed]");
    if (row) row.focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-bb-put-away]");
    if (!button) return;
    const row = button.closest("li");
    button.closest("form").remove();
    const opener = row && row.querySelector("[hx-get]");
    if (opener) opener.focus();
  });
})();
