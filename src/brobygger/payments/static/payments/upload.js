// The names of several chosen files: the field itself only counts them.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    const input = document.querySelector("[data-pay-upload] [data-drop] input[type=file]");
    const told = document.querySelector("[data-pay-chosen]");
    if (!input) return;
    input.addEventListener("change", () => {
      told.textContent = input.files.length > 1 ? [...input.files].map((file) => file.name).join(", ") : "";
    });
  });
})();
