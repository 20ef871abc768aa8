/* Training: what each model made of the same images after each epoch, and the loss until then. */

import { clamp, every, find, still } from "./dom.js";
import { paint, prepare } from "./picture.js";

const PACE = 500; // milliseconds an epoch

export function trainingView(root, run, state) {
  const slider = find(root, "input[type=range]");
  const shown = find(root, "output");
  const play = find(root, "button");
  const films = every(root, ".film").map((element) => filmOf(element, run));
  const last = Math.max(...films.map(({ epochs }) => epochs)) - 1;
  slider.max = last;
  let timer;
  const pause = () => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = play.dataset.play;
  };
  slider.addEventListener("input", () => {
    pause();
    state.set({ epoch: Number(slider.value) });
  });
  play.addEventListener("click", () => {
    if (timer) return pause();
    play.textContent = play.dataset.pause;
    state.set({ epoch: 0 });
    timer = setInterval(() => {
      const next = clamp(state.get("epoch"), 0, last) + 1;
      if (next > last || state.get("view") !== "training") pause();
      else state.set({ epoch: next });
    }, still() ? 3 * PACE : PACE);
  });
  return () => {
    const epoch = state.get("epoch") < 0 ? last : clamp(Math.round(state.get("epoch")), 0, last);
    slider.value = epoch;
    shown.textContent = epoch + 1;
    slider.setAttribute("aria-valuetext", `${epoch + 1} / ${last + 1}`);
    for (const film of films) film.show(epoch);
  };
}

/** A row of pictures: the noisy or the clean images, or a model's; a model has a curve of its loss, too. */
function filmOf(element, run) {
  const [strip, curve] = [find(element, "canvas"), find(element, ".curve")];
  const model = run.model(element.dataset.film);
  const { progress } = model ?? run.models[0];
  prepare(strip, run.image, strip.getAttribute("aria-label"), progress.count);
  const paintAll = (picture) => {
    for (let j = 0; j < progress.count; j++) paint(strip, picture(j), run.image, j);
  };
  if (!model) {
    paintAll(progress[element.dataset.film]);
    return { epochs: progress.epochs, show: () => {} };
  }
  const mark = curveOf(curve, model.history);
  const show = (epoch) => {
    const at = Math.min(epoch, progress.epochs - 1);
    paintAll((j) => progress.at(at, j));
    mark(at + model.history.epoch.length - progress.epochs); // of a stack, pictures are of its top layer
  };
  return { epochs: progress.epochs, show };
}

/** Draws the validation loss into an <svg> of 100 × 40; returns what marks an epoch, and writes its loss. */
function curveOf(svg, { validation_loss: losses }) {
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (i) => 3 + (94 * i) / Math.max(losses.length - 1, 1);
  const y = (i) => 36 - (32 * (losses[i] - low)) / (high - low || 1);
  find(svg, "polyline").setAttribute("points", losses.map((_, i) => `${x(i).toFixed(2)},${y(i).toFixed(2)}`).join(" "));
  const [dot, value] = [find(svg, "circle"), find(svg.parentElement, ".loss")];
  return (epoch) => {
    dot.setAttribute("cx", x(epoch));
    dot.setAttribute("cy", y(epoch));
    value.textContent = losses[epoch].toPrecision(4);
  };
}
