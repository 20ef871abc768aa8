/* Dice: the same random numbers as codes of every model that has a narrow code. */

import { clamp, every, find, make } from "./dom.js";
import { littleByLittle } from "./frames.js";
import { normals } from "./noise.js";
import { paint, pictureCanvas } from "./picture.js";

const CODES = 20;

export function diceView(root, run, state) {
  const grids = every(root, ".space").map((element) => gridOf(element, run)).filter(Boolean);
  const sigma = find(root, "input[type=range]");
  const shown = find(root, "output");
  const start = littleByLittle();
  sigma.addEventListener("input", () => state.set({ sigma: Number(sigma.value), fitted: 0 }));
  for (const radio of every(root, "input[type=radio]")) {
    radio.addEventListener("change", () => state.set({ fitted: Number(radio.value) }));
  }
  find(root, "button").addEventListener("click", () => state.set({ seed: state.get("seed") + 1 }));
  return () => {
    const fitted = state.get("fitted") ? 1 : 0;
    sigma.value = clamp(state.get("sigma"), 0, 2);
    sigma.disabled = fitted === 1;
    shown.textContent = Number(sigma.value).toFixed(2);
    for (const radio of every(root, "input[type=radio]")) radio.checked = Number(radio.value) === fitted;
    start(throws(grids, state.get("seed"), Number(sigma.value), fitted));
  };
}

/** Code by code, in every model, so that the same place of all grids is filled together. */
function* throws(grids, seed, sigma, fitted) {
  const randoms = grids.map(() => normals(seed));
  for (let j = 0; j < CODES; j++) {
    for (const [k, grid] of grids.entries()) {
      const code = (fitted && grid.model.drawFitted?.(randoms[k])) || grid.model.drawCode(randoms[k], sigma);
      yield grid.show(j, code);
    }
  }
}

function gridOf(element, run) {
  const model = run.model(element.dataset.space);
  find(element, ".unavailable").textContent = model.unavailable ?? "";
  if (model.unavailable) return null;
  const cells = Array.from({ length: CODES }, () => make("div", { className: "cell" }, pictureCanvas(run.image)));
  find(element, ".grid").append(...cells);
  return { model, show: (j, code) => paint(cells[j].firstChild, model.decode(code), run.image) };
}
