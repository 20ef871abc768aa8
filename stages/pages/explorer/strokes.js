/* Strokes: a sparse code's image from its strongest units, one more with each step. */

import { clamp, every, find, make } from "./dom.js";
import { imagePicker } from "./image.js";
import { paint, paintSigned, pictureCanvas, prepare } from "./picture.js";

const MOST = 60; // units that are offered; what follows changes little of an image

export function strokesView(root, run, state) {
  const model = run.models.find(({ kind }) => kind === "sparse");
  find(root, ".unavailable").textContent = model?.unavailable ?? "";
  if (!model || model.unavailable) {
    find(root, ".works").hidden = true;
    return () => {};
  }
  const [original, built, zoom] = [".original", ".built", ".zoom"].map((name) => find(root, name));
  for (const canvas of [original, built, zoom]) prepare(canvas, run.image);
  const slider = find(root, "input[type=range]");
  const [count, most, active, named, strip] = [".count", ".most", ".active", ".named", ".units"].map((name) => find(root, name));
  const pick = imagePicker(find(root, ".image"), run, state);
  let of = -1, code, units;
  slider.addEventListener("input", () => state.set({ strokes: Number(slider.value) }));

  const look = (k) => {
    if (!units[k]) return;
    paintSigned(zoom, model.filter(units[k].unit), run.image);
    named.textContent = named.dataset.words.replace("#", units[k].unit).replace("#", k + 1);
    for (const [j, button] of every(strip, "button").entries()) button.classList.toggle("looked", j === k);
  };
  const take = (i) => {
    of = i;
    code = model.encode(run.pixels(i)).code;
    const all = model.strongest(code);
    units = all.slice(0, MOST);
    active.textContent = all.length;
    paint(original, run.pixels(i), run.image);
    strip.replaceChildren(...units.map(({ unit }, k) => stroke(model, run, unit, k)));
    look(0);
  };
  const stroke = (model, run, unit, k) => {
    const canvas = pictureCanvas(run.image);
    paintSigned(canvas, model.filter(unit), run.image);
    const label = strip.dataset.words.replace("#", k + 1);
    const button = make("button", { type: "button", className: "unit", aria: { label } }, canvas);
    for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => look(k));
    button.addEventListener("click", () => {
      look(k);
      state.set({ strokes: k + 1 });
    });
    return button;
  };
  return () => {
    const i = pick();
    if (i !== of) take(i);
    const n = clamp(Math.round(state.get("strokes")), 1, Math.max(units.length, 1));
    slider.max = Math.max(units.length, 1);
    slider.value = n;
    count.textContent = n;
    most.textContent = units.length;
    paint(built, model.decode(model.only(code, units.slice(0, n).map(({ unit }) => unit))), run.image);
    for (const [k, button] of every(strip, "button").entries()) button.classList.toggle("used", k < n);
  };
}
