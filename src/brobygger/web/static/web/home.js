// The work list is drawn anew after an act, unless a form is open on another row: what is typed there must stay.
(function () {
  "use strict";
  const list = () => document.getElementById("arbejde");

  function refresh() {
    if (!list() || list().querySelector("form.bb-in-place")) return;
    htmx.ajax("GET", location.pathname + location.search, { target: "#arbejde", swap: "outerHTML" });
  }

  document.addEventListener("bb:acted", () => setTimeout(refresh, 1200));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.target.matches("form[data-bb-act]")) refresh();
  });
})();
