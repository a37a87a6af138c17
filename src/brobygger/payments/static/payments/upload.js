// Files dropped anywhere on the box are put into its field.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    const drop = document.querySelector("[data-pay-drop]");
    if (!drop) return;
    const input = drop.querySelector("input[type=file]");
    const told = document.querySelector("[data-pay-chosen]");
    const over = (on) => drop.classList.toggle("pay-over", on);
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
      told.textContent = input.files.length > 1 ? [...input.files].map((file) => file.name).join(", ") : "";
    });
  });
})();
