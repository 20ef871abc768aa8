/* Which test image a view is about: all views share it, and the maps point at it. */

import { clamp, find } from "./dom.js";

/** The classes of which there is an image here; a run may have more. */
export function occurring(run) {
  return run.classes.filter(({ label }) => run.labels.includes(label));
}

/** Fills in the choice of a class and a button for another image of it; returns a function that says which image it is. */
export function imagePicker(element, run, state, others = () => ({})) {
  const [select, another] = [find(element, "select"), find(element, "button")];
  for (const { label, name } of occurring(run)) select.add(new Option(name, label));
  const take = (label, after) => state.set({ image: nextOf(run, label, after), ...others() });
  select.addEventListener("change", () => take(Number(select.value), -1));
  another.addEventListener("click", () => take(run.labels[imageOf(run, state)], imageOf(run, state)));
  return () => {
    const i = imageOf(run, state);
    select.value = run.labels[i];
    return i;
  };
}

export function imageOf(run, state, name = "image") {
  return clamp(Math.round(state.get(name)), 0, run.count - 1);
}

/** The next image of a class after image `after`, and from the first one on again. */
export function nextOf(run, label, after) {
  const order = Array.from({ length: run.count }, (_, i) => (after + 1 + i) % run.count);
  return order.find((i) => run.labels[i] === label);
}
