// The sign of life of a ticket's page: what is being written, and none while the page is not looked at.
(() => {
  "use strict";
  const form = document.querySelector("[data-presence]");
  const composer = document.querySelector("#ecrire");
  if (!form) return;
  let typed = 0; // when something was last typed
  const LASTING = 120000;
  composer?.addEventListener("input", () => { const began = !typed; typed = Date.now(); if (began) wake(); });
  const wake = () => form.dispatchEvent(new Event("wakes"));
  form.addEventListener("htmx:configRequest", (event) => {
    if (document.hidden) { event.preventDefault(); return; }
    const text = composer?.querySelector("textarea")?.value.trim();
    const kind = composer?.querySelector("[name=kind]:checked")?.value;
    event.detail.parameters.writing = text && typed && Date.now() - typed < LASTING ? kind : "";
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
  form.addEventListener("submit", (event) => event.preventDefault());

})();
