// The work list is drawn anew after an act, unless a form is open on another row: what is typed there must stay.
(function () {
  "use strict";
  const list = () => document.getElementById("arbejde");

  function refresh() {
    if (!list() || list().querySelector("form.bb-in-place")) return;
    const address = location.pathname + location.search;
    htmx.ajax("GET", address, { target: "#arbejde", swap: "outerHTML" }).then(() => {
      // The row that had the focus is gone: the list takes it, so that the keyboard goes on from here.
      if (document.activeElement === document.body && list()) list().focus({ preventScroll: true });
    });
  }

  document.addEventListener("bb:acted", () => setTimeout(refresh, 1200));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (!form.matches("form[data-bb-act]")) return;
    const { xhr, successful } = event.detail;
    if (xhr.status === 409 || xhr.status === 422) {
      // A refusal as a sentence goes under the row; one that is a row of another list says it in a toast.
      const isRow = xhr.responseText.trimStart().startsWith("<li");
      const place = form.closest("li").querySelector(".bb-work-place");
      if (!isRow) htmx.swap(place, xhr.responseText, { swapStyle: "innerHTML" });
    } else if (successful) refresh();
  });
})();
