// A file dropped on the box is put into its field, and read at once; a fresh report is scrolled to.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-intake]");
    if (!form) return;
    const drop = form.querySelector("[data-intake-drop]");
    const input = drop.querySelector("input[type=file]");
    const over = (on) => drop.classList.toggle("intake-over", on);
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); over(true); });
    }
    drop.addEventListener("dragleave", () => over(false));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    input.addEventListener("change", () => {
      if (input.files.length) form.querySelector("[data-intake-look]").click();
    });
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.target.id === "intake-shown") event.target.scrollIntoView();
      if (event.target.id === "intake-found") document.getElementById("intake-shown").replaceChildren();
    });
  });
})();
