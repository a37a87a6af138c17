// A chosen file is read at once; a fresh report is scrolled to.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-intake]");
    if (!form) return;
    const input = form.querySelector("[data-drop] input[type=file]");
    input.addEventListener("change", () => {
      if (input.files.length) form.querySelector("[data-intake-look]").click();
    });
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.target.id === "intake-shown") event.target.scrollIntoView();
      if (event.target.id === "intake-found") document.getElementById("intake-shown").replaceChildren();
    });
  });
})();
