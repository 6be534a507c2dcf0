// A signature drawn by finger, pen or mouse. Without this the name that is typed is the signature.
"use strict";
(() => {
  const form = document.querySelector("[data-sign]");
  const canvas = form?.querySelector("canvas");
  if (!canvas) return;
  const pad = form.querySelector("[data-pad]");
  const typed = form.querySelectorAll("[data-typed]");
  const shown = form.querySelector("p.sign-typed");
  const kept = form.elements.drawing;
  const pen = canvas.getContext("2d");
  let strokes = [];
  try { strokes = JSON.parse(kept.value || "[]"); } catch { /* drawn anew */ }

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1d2230";
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      if (stroke.length === 1) pen.lineTo(...stroke[0]);
      pen.stroke();
    }
    kept.value = strokes.length ? JSON.stringify(strokes) : "";
  }
  function point(event) {
    const box = canvas.getBoundingClientRect();
    return [Math.round(((event.clientX - box.left) / box.width) * canvas.width), Math.round(((event.clientY - box.top) / box.height) * canvas.height)];
  }
  let under = null;
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    under = [point(event)];
    strokes.push(under);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!under) return;
    const [x, y] = point(event);
    const [u, v] = under[under.length - 1];
    if (Math.abs(x - u) + Math.abs(y - v) < 3) return;
    under.push([x, y]);
    draw();
  });
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => { under = null; });
  form.querySelector("[data-clear]").addEventListener("click", () => { strokes = []; draw(); });

  function choose() {
    const drawn = form.elements.means.value === "drawn";
    pad.hidden = !drawn;
    for (const part of typed) part.hidden = drawn;
  }
  for (const box of form.elements.means) box.addEventListener("change", choose);
  form.elements.name.addEventListener("input", () => { shown.textContent = form.elements.name.value; });
  form.querySelector("[data-means]").hidden = false;
  choose();
  draw();
})();
