// What the pages do beyond links and forms: the docked panel, the keyboard, drafts, clocks that run.
// Everything here is a convenience: without it every link and every form still works.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;

  // The why panel. Beside the page where there is room, else a sheet of its own above it.
  const dock = one("#why");
  const besides = matchMedia("(width >= 1100px)");
  let opener = null;

  function openPanel() {
    if (dock.open) dock.close();
    if (besides.matches) dock.show();
    else dock.showModal();
    dock.scrollTop = 0;
    one("#why-question", dock)?.focus({ preventScroll: true });
  }
  function markOpener(mark) {
    for (const other of all("[data-why][aria-expanded=true]")) other.setAttribute("aria-expanded", "false");
    mark?.setAttribute("aria-expanded", "true");
  }
  function closePanel() {
    if (!dock?.open) return false;
    dock.close();
    dock.replaceChildren();
    markOpener(null);
    const back = opener?.isConnected ? opener : one("#main");
    opener = null;
    back?.focus({ preventScroll: true });
    return true;
  }
  if (dock) {
    document.addEventListener("htmx:beforeRequest", (event) => {
      const mark = event.target.closest?.("[data-why]");
      if (!mark) return;
      if (mark === opener && dock.open) {
        event.preventDefault(); // the open mark closes its panel
        closePanel();
        return;
      }
      if (!dock.contains(mark)) opener = mark;
    });
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target !== dock) return;
      markOpener(opener);
      openPanel();
    });
    dock.addEventListener("cancel", (event) => { event.preventDefault(); closePanel(); });
    besides.addEventListener("change", () => { if (dock.open) openPanel(); });
    // A panel rendered open by the server on a narrow screen stays in the flow, after the page.
  }

  // Clicks on the small things.
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-close-why]") && dock?.contains(event.target)) { event.preventDefault(); closePanel(); }
    else if (at("[data-copy-link]") && navigator.clipboard) {
      event.preventDefault();
      const link = at("[data-copy-link]");
      navigator.clipboard.writeText(new URL(link.href, location.href).href).then(() => {
        link.classList.add("done");
        setTimeout(() => link.classList.remove("done"), 1500);
      });
    }
    else if (at("[data-print]")) { event.preventDefault(); window.print(); }
    else if (at("[data-dismiss]")) at("[data-toast]")?.remove();
    else if (at("[data-show-keys]")) showKeys();
    else if (at("[data-open-palette]") && openPalette()) event.preventDefault();
    for (const drop of all("details.drop[open]")) if (!drop.contains(event.target)) drop.open = false;
  });

  // Theme: the server writes it in the page from its cookie; here it changes at once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-theme-form]") && event.submitter) {
      event.preventDefault();
      const theme = event.submitter.value;
      document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
      if (theme) root.dataset.theme = theme;
      else delete root.dataset.theme;
      for (const button of all("[data-theme-form] button")) button.setAttribute("aria-pressed", String(button.value === theme));
    }
    if (form.matches("[data-clear-drafts]")) forgetDrafts(() => true);
    else if (form.dataset.draft) localStorage.setItem("sent:" + form.dataset.draft, String(Date.now()));
  });

  // Toasts leave by themselves, but not while someone is on them.
  function leaveLater(toast) {
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), 12000); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusout", start);
    start();
  }
  all("[data-toast]").forEach((toast) => { if (toast.closest(".toasts")) leaveLater(toast); });
  document.addEventListener("htmx:load", (event) => all("[data-toast]", event.target).forEach((toast) => { if (toast.closest(".toasts")) leaveLater(toast); }));

  // An answer that never came, or a fault of the server: say so, lose nothing that was typed.
  function sayUnanswered() {
    const box = one("#toasts");
    if (!box || one("[data-unanswered-now]", box)) return;
    const toast = document.createElement("div");
    toast.className = "toast plain";
    toast.dataset.toast = "";
    toast.dataset.unansweredNow = "";
    toast.textContent = box.dataset.unanswered;
    box.append(toast);
    leaveLater(toast);
  }
  document.addEventListener("htmx:sendError", sayUnanswered);
  document.addEventListener("htmx:timeout", sayUnanswered);
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status >= 500) sayUnanswered(); });

  // The keyboard.
  const letters = () => localStorage.getItem("letters") !== "off";
  const typing = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const keysDialog = one("#keys");
  function showKeys() {
    if (!keysDialog) return;
    one("[data-letters]", keysDialog).checked = letters();
    if (!keysDialog.open) keysDialog.showModal();
  }
  one("[data-letters]")?.addEventListener("change", (event) => localStorage.setItem("letters", event.target.checked ? "on" : "off"));

  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  const chosenRow = () => one("[data-row].chosen");
  function chooseRow(step) {
    const list = rows();
    if (!list.length) return;
    const now = list.indexOf(chosenRow());
    const next = list[Math.min(Math.max(now + step, 0), list.length - 1)];
    for (const row of list) row.classList.toggle("chosen", row === next);
    (one("a.over", next) ?? one("a, button", next))?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  function press(key) {
    const scope = chosenRow();
    const found = (scope && one(`[data-key="${CSS.escape(key)}"]`, scope)) ?? all(`[data-key="${CSS.escape(key)}"]`).find((candidate) => candidate.offsetParent !== null || candidate.classList.contains("sr"));
    if (!found) return false;
    found.click();
    return true;
  }
  let waiting = 0; // until when a letter after "g" is awaited
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (palette?.open) { event.preventDefault(); palette.close(); return; }
      const drop = one("details.drop[open]");
      if (drop) { drop.open = false; one("summary", drop).focus(); return; }
      if (!keysDialog?.open && closePanel()) event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest?.("form");
      if (form) { event.preventDefault(); form.requestSubmit(one("[data-main-submit]", form) ?? undefined); }
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const search = one("[data-search]");
      if (openPalette()) event.preventDefault();
      else if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !letters() || one("dialog:modal")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (waiting > Date.now()) {
      waiting = 0;
      const link = one(`[data-go="${CSS.escape(key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (key === "g") waiting = Date.now() + 1500;
    else if (key === "?") { event.preventDefault(); showKeys(); }
    else if (key === "j") { event.preventDefault(); chooseRow(1); }
    else if (key === "k") { event.preventDefault(); chooseRow(-1); }
    else if (key === "/") { const filter = one("[data-filter]"); if (filter) { event.preventDefault(); filter.focus(); } else if (openPalette()) event.preventDefault(); }
    else if (key === "w") { const mark = (chosenRow() && one("[data-why]", chosenRow())) ?? one("main [data-why]"); if (mark) { event.preventDefault(); mark.click(); } }
    else if (event.target.closest?.("a, button, summary") && (key === "Enter" || key === " ")) return;
    else if (key.length === 1 && press(key)) event.preventDefault();
  });

  // The palette: the search box of the bar, with its answers, above the page.
  const palette = one("#palette");
  function openPalette() {
    if (!palette) return false;
    if (palette.open) return true;
    if (one("dialog:modal")) return false; // a sheet above the page is finished first
    palette.showModal();
    const field = one("input", palette);
    field.select();
    field.dispatchEvent(new Event("seek"));
    return true;
  }
  one("[data-search]")?.addEventListener("pointerdown", (event) => { if (openPalette()) event.preventDefault(); });
  palette?.addEventListener("click", (event) => {
    if (event.target === palette || event.target.closest("[data-close-palette]")) palette.close();
    else if (event.target.closest("[role=option]")?.href.startsWith("tel:")) palette.close();
  });

  // Lists that answer while one types: arrows move, Enter takes, the field keeps the focus.
  function combo(field) {
    const list = () => document.getElementById(field.getAttribute("aria-controls"));
    const options = () => all("[role=option]", list() ?? document.createElement("div"));
    // What is shown may still answer what was typed before.
    const isBehind = () => (list()?.dataset.query ?? field.value.trim()) !== field.value.trim();
    function choose(step) {
      const found = options();
      if (!found.length) return;
      const now = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
      const next = (now + step + found.length) % found.length;
      found.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
      field.setAttribute("aria-activedescendant", found[next].id);
      found[next].scrollIntoView({ block: "nearest" });
    }
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); choose(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose(-1); }
      else if (event.key === "Enter") {
        const taken = options().find((option) => option.getAttribute("aria-selected") === "true");
        if (taken && !isBehind()) { event.preventDefault(); taken.click(); }
      } else if (event.key === "Escape" && list() && !field.closest("dialog")) { event.preventDefault(); event.stopPropagation(); list().parentElement.remove(); field.setAttribute("aria-expanded", "false"); }
    });
    document.addEventListener("htmx:afterSettle", () => {
      field.setAttribute("aria-expanded", String(options().length > 0));
      const taken = options().find((option) => option.getAttribute("aria-selected") === "true");
      if (taken) field.setAttribute("aria-activedescendant", taken.id);
      else field.removeAttribute("aria-activedescendant");
    });
  }

  // Drafts: what is typed in a form that asks for it is kept on this machine until it was sent.
  const DAY = 86400000;
  function forgetDrafts(which) {
    for (const name of Object.keys(localStorage)) if (name.startsWith("draft:") && which(JSON.parse(localStorage.getItem(name)))) localStorage.removeItem(name);
  }
  function keepDraft(form) {
    const name = "draft:" + form.dataset.draft;
    const fields = () => all("textarea, input:not([type=hidden], [type=password], [type=file]), select", form).filter((field) => field.name);
    const sent = "sent:" + form.dataset.draft;
    // Sent, and the page came back without an error: the draft did its work.
    if (localStorage.getItem(sent) && !one(".has-error, [aria-invalid=true], .refusal", form.parentElement ?? document)) localStorage.removeItem(name);
    localStorage.removeItem(sent);
    const kept = JSON.parse(localStorage.getItem(name) ?? "null");
    if (kept) for (const field of fields()) {
      const value = kept.values[field.name];
      if (value === undefined) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = [].concat(value).includes(field.value);
      else if (!field.value) { field.value = value; field.dispatchEvent(new Event("input", { bubbles: true })); }
    }
    function keep() {
      const values = {};
      for (const field of fields()) {
        if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
        else if (field.type === "checkbox") { (values[field.name] ??= []); if (field.checked) values[field.name].push(field.value); }
        else values[field.name] = field.value;
      }
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), values }));
    }
    form.addEventListener("input", keep);
    // The server showed the form again half filled (a caller chosen, something computed): that is a draft too.
    if (fields().some((field) => field.matches("textarea") && field.value)) keep();
  }
  try { forgetDrafts((draft) => !draft || Date.now() - draft.at > 2 * DAY); } catch { /* storage may be closed: drafts are a convenience */ }

  // The composer's tabs change its words.
  function composerTabs(form) {
    form.addEventListener("change", (event) => {
      const tab = event.target.closest("[data-placeholder]");
      if (!tab) return;
      one("textarea", form).placeholder = tab.dataset.placeholder;
      one("[data-hint-here]", form).textContent = tab.dataset.hint;
      one("[data-main-submit]", form).textContent = tab.dataset.act;
    });
  }

  // Clocks that run: the call and the session.
  const clockText = (seconds) => [`${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`, `:${String(seconds % 60).padStart(2, "0")}`];
  const begun = performance.now();
  // The server's hour: this machine's clock may be wrong, the promise counts from the server's.
  const serverNow = Date.parse(document.body.dataset.now) || Date.now();
  function tick() {
    for (const node of all("[data-since]")) {
      const seconds = Math.max(0, Math.floor((serverNow + performance.now() - begun - Date.parse(node.dataset.since)) / 1000));
      node.textContent = seconds < 3600 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : clockText(seconds).join("");
    }
    for (const node of all("[data-elapsed]")) {
      const [large, small] = clockText(Number(node.dataset.elapsed) + Math.floor((performance.now() - begun) / 1000));
      node.firstChild.textContent = large;
      node.lastChild.textContent = small;
    }
  }
  if (one("[data-since], [data-elapsed]")) { tick(); setInterval(tick, 1000); }

  // A passkey that did not answer is said in the page.
  document.addEventListener("allauth.error", (event) => {
    const says = one("[data-key-error]");
    if (says) { event.preventDefault(); says.hidden = false; }
  });

  // What must be set up on a page, and again on what htmx brings.
  function setUp(scope) {
    all("[role=combobox]", scope).forEach(combo);
    try { all("form[data-draft]", scope).forEach(keepDraft); } catch { /* as above */ }
    all("form.composer", scope).forEach(composerTabs);
  }
  setUp(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) setUp(event.target); });
  // Refusals come with a status that htmx would not show.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([403, 409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "refusal") one(".refusal", event.detail.target)?.focus(); });
})();
