/* Sliders: every coordinate of an image's code, over the histogram of that coordinate; each model has its own. */

import { clamp, copyOf, every, find } from "./dom.js";
import { imagePicker } from "./image.js";
import { paint, prepare } from "./picture.js";

const STEPS = 200; // of a slider, from the 1st percentile to the 99th

export function slidersView(root, run, state) {
  const pick = imagePicker(find(root, ".image"), run, state, () => ({ moved: "" }));
  const original = find(root, ".original");
  prepare(original, run.image);
  const desks = every(root, ".space").map((element) => deskOf(element, root, run, state)).filter(Boolean);
  find(root, ".reset").addEventListener("click", () => state.set({ moved: "" }));
  for (const radio of every(root, ".which input")) radio.addEventListener("change", () => state.set({ space: radio.value }));
  return () => {
    const i = pick();
    paint(original, run.pixels(i), run.image);
    const moves = movesOf(state.get("moved"));
    for (const desk of desks) desk(i, moves);
    find(root, ".reset").disabled = !moves.length;
    const shown = desks.length && every(root, ".which input").some(({ value }) => value === state.get("space"));
    root.dataset.shown = shown ? state.get("space") : (find(root, ".which input")?.value ?? "");
    for (const radio of every(root, ".which input")) radio.checked = radio.value === root.dataset.shown;
  };
}

/** "ae.3:1.25,vae.0:-2" → the moved coordinates, as [{model, coordinate, value}]. */
export function movesOf(text) {
  return [...text.matchAll(/([^.,:]+)\.(\d+):(-?[\d.]+)/g)].map(([, model, coordinate, value]) => ({
    model,
    coordinate: Number(coordinate),
    value: Number(value),
  }));
}

function withMove(text, model, coordinate, value) {
  const others = movesOf(text).filter((move) => move.model !== model || move.coordinate !== coordinate);
  return [...others, { model, coordinate, value }]
    .map((move) => `${move.model}.${move.coordinate}:${+move.value.toFixed(3)}`)
    .join(",");
}

/** A model's sliders; returns what shows the code of an image with some coordinates moved. */
function deskOf(element, root, run, state) {
  const model = run.model(element.dataset.space);
  const reason = model.unavailable ?? (model.coordinates ? null : model.codesUnavailable);
  find(element, ".unavailable").textContent = reason ?? "";
  if (reason || !model.coordinates) return null;
  const large = find(element, ".large");
  prepare(large, run.image);
  const move = (k, value) => state.set({ moved: withMove(state.get("moved"), model.key, k, value) });
  const rows = model.coordinates.map((coordinate, k) => {
    const row = rowOf(copyOf(root, "template"), coordinate, k, (value) => move(k, value));
    find(element, ".coordinates").append(row.element);
    return row;
  });
  return (i, moves) => {
    const code = model.code(i);
    const own = moves.filter((move) => move.model === model.key && move.coordinate < code.length);
    for (const { coordinate, value } of own) code[coordinate] = value;
    const moved = new Set(own.map(({ coordinate }) => coordinate));
    rows.forEach((row, k) => row.show(code[k], moved.has(k)));
    paint(large, model.decode(code), run.image);
  };
}

function rowOf(element, { low, high, counts, meaning }, k, move) {
  const [range, number] = every(element, "input");
  find(element, ".coordinate").textContent = k;
  find(element, ".meaning").textContent = meaning ?? "";
  find(element, "path").setAttribute("d", outline(counts));
  for (const input of [range, number]) {
    input.setAttribute("aria-label", input.dataset.words.replace("#", k) + (meaning ? `, ${meaning}` : ""));
  }
  range.max = STEPS;
  const width = high - low || 1;
  range.addEventListener("input", () => move(low + (width * range.value) / STEPS));
  number.addEventListener("change", () => {
    if (Number.isFinite(number.valueAsNumber)) move(number.valueAsNumber);
  });
  const show = (value, moved) => {
    range.value = Math.round(clamp((value - low) / width, 0, 1) * STEPS);
    range.setAttribute("aria-valuetext", value.toFixed(2));
    if (document.activeElement !== number) number.value = value.toFixed(2);
    element.classList.toggle("moved", moved);
  };
  return { element, show };
}

/** A histogram as the outline of its bars, one unit wide each, 24 high at most. */
function outline(counts) {
  const tallest = Math.max(...counts, 1);
  const bars = Array.from(counts, (count) => `V${(24 - (24 * count) / tallest).toFixed(1)}h1`);
  return `M0 24${bars.join("")}V24Z`;
}
