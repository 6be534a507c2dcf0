// A wall that no longer hears from the server says since when: what it shows is old.
(() => {
  "use strict";
  const stale = (old) => document.body.classList.toggle("is-stale", old);
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => stale(true));
  }
  document.addEventListener("htmx:afterSwap", () => stale(false));
})();
