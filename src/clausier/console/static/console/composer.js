// Canned answers by keyboard: « / » at the beginning of a line opens them, Enter puts one in.
// Without this the same links begin the answer on the server.
"use strict";
(() => {
  const text = document.getElementById("write_text");
  const box = document.querySelector("[data-canned-box]");
  if (!text) return;
  const form = text.form;
  const filter = box?.querySelector("[data-canned-filter]");
  let slash = -1; // where the « / » stands that opened the list

  function openBox() {
    box.open = true;
    filter.value = "";
    filter.focus();
    filter.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function put(chosen) {
    const words = chosen.dataset.text;
    const start = slash >= 0 ? slash : text.selectionStart;
    const end = slash >= 0 ? slash + 1 : text.selectionEnd;
    text.setRangeText(words, start, end, "end");
    slash = -1;
    const used = document.createElement("input");
    used.type = "hidden";
    used.name = chosen.dataset.canned;
    used.value = chosen.dataset.value;
    form.append(used);
    if (box) box.open = false;
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.scrollIntoView({ block: "nearest" });
  }
  if (box) {
    text.addEventListener("input", (event) => {
      const at = text.selectionStart - 1;
      if (event.data !== "/" || (at > 0 && text.value[at - 1] !== "\n")) return;
      slash = at;
      openBox();
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); box.open = false; slash = -1; text.focus(); }
      else if (event.key === "Enter") {
        event.preventDefault();
        event.stopImmediatePropagation(); // the list would take it too
        const list = document.getElementById("canned-options");
        if (list?.dataset.query === filter.value.trim()) list.querySelector("[aria-selected=true]")?.click();
      }
    }, true);
    box.addEventListener("toggle", () => { if (box.open && document.activeElement !== filter) filter.focus(); });
  }
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-canned]");
    if (!chosen) return;
    event.preventDefault();
    put(chosen);
  });
})();
