// While a request is typed: the articles that may answer it. Without this the request is sent as it is.
"use strict";
(() => {
  const place = document.querySelector("[data-suggest]");
  const form = place?.closest("form");
  if (!form) return;
  let timer = 0;
  let asked = "";
  async function ask() {
    const said = new FormData(form);
    const query = new URLSearchParams(["title", "description", "equipment_class"].map((name) => [name, String(said.get(name) ?? "").slice(0, 1000)]));
    if (query.toString() === asked) return;
    asked = query.toString();
    const wanted = asked;
    try {
      const answer = await fetch(`${place.dataset.suggest}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && !answer.redirected && wanted === asked) place.innerHTML = await answer.text();
    } catch { /* without an answer nothing is suggested */ }
  }
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 400); });
  if (form.elements.title?.value) ask();
})();
