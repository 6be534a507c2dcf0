// The board: a card is dragged to a column. It presses what stands in the card's own form for that column, so
// dragging does nothing that the form does not.
(() => {
  "use strict";
  const board = document.querySelector("[data-board]");
  if (!board) return;
  let dragged = null;
  const way = (column) => dragged?.querySelector(`[data-to="${CSS.escape(column.dataset.column)}"]`);

  // A menu that opens is ready for the keyboard.
  board.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector(".menu :is(a, button)")?.focus();
  }, true);

  for (const card of board.querySelectorAll("[data-card]")) card.draggable = true;

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
    for (const column of board.querySelectorAll("[data-column]")) column.classList.toggle("takes", Boolean(way(column)));
  });
  board.addEventListener("dragend", () => {
    dragged = null;
    for (const column of board.querySelectorAll(".takes")) column.classList.remove("takes", "aimed");
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-column]");
    for (const other of board.querySelectorAll(".aimed")) if (other !== column) other.classList.remove("aimed");
    if (!dragged || !column || !way(column)) return;
    event.preventDefault();
    column.classList.add("aimed");
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-column]");
    const chosen = column && way(column);
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
  });
})();
