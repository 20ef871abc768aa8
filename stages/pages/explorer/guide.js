/* The guided buttons: each sets a scene; the template says what to look for. Which images they take follows from the run. */

import { every, find, still } from "./dom.js";
import { animate, whenNew } from "./frames.js";
import { occurring } from "./image.js";
import { uniforms } from "./noise.js";
import { cloudOf } from "./plane.js";

const TRIPLES = 120; // of images, among whose planes the largest hole is looked for
const WALK = 5000, BUILDING = 4000; // milliseconds
const STROKES = 12;

export function guide(root, run, state) {
  const words = names(run);
  for (const element of every(root, "[data-name]")) element.textContent = words[element.dataset.name];
  const scenes = scenesOf(run, state, words);
  const note = find(root, ".note");
  let stop = () => {};
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => stop(), { capture: true }); // a hand takes over
  for (const button of every(root, "button[data-scene]")) {
    const { scene } = button.dataset;
    if (!scenes[scene]) {
      button.hidden = true;
      continue;
    }
    button.addEventListener("click", () => {
      stop();
      stop = scenes[scene]() ?? (() => {});
      state.set({ scene });
    });
  }
  find(note, "button").addEventListener("click", () => state.set({ scene: "" }));
  addEventListener("popstate", () => stop());
  const show = whenNew();
  return () =>
    show(scenes[state.get("scene")] ? state.get("scene") : "", (scene) => {
      note.hidden = !scene;
      for (const text of every(note, "[data-scene]")) text.hidden = text.dataset.scene !== scene;
      for (const button of every(root, "button[data-scene]")) button.setAttribute("aria-pressed", button.dataset.scene === scene);
    });
}

/** Classes that the scenes are about: 4, 9 and 5 where there are such, otherwise the two whose codes lie closest, and another. */
function names(run) {
  const has = (name) => occurring(run).some((one) => one.name === name);
  const [from, to] = has("4") && has("9") ? ["4", "9"] : closest(run);
  const built = has("5") ? "5" : occurring(run).at(-1).name;
  return { from, to, built };
}

function closest(run) {
  const model = narrow(run)[0];
  if (occurring(run).length < 2 || !model) return [occurring(run)[0].name, occurring(run).at(-1).name];
  const means = occurring(run).map(({ label }) => meanCode(run, model, label));
  let best, least = Infinity;
  for (let i = 0; i < means.length; i++) {
    for (let j = 0; j < i; j++) {
      const away = Math.hypot(...means[i].map((value, k) => value - means[j][k]));
      if (away < least) [best, least] = [[occurring(run)[j].name, occurring(run)[i].name], away];
    }
  }
  return best;
}

/** The models whose codes the page carries: those that a plane can be drawn of. */
function narrow(run) {
  return run.models.filter((model) => model.codes && !model.unavailable);
}

function meanCode(run, model, label) {
  const sum = new Float64Array(model.latent);
  const own = [...run.labels.keys()].filter((i) => run.labels[i] === label);
  for (const i of own) model.code(i).forEach((value, k) => (sum[k] += value / own.length));
  return sum;
}

/** The image of a class whose code lies nearest to the middle of its class. */
function typical(run, name) {
  const { label } = occurring(run).find((one) => one.name === name);
  const own = [...run.labels.keys()].filter((i) => run.labels[i] === label);
  const model = narrow(run)[0];
  if (!model) return own[0];
  const mean = meanCode(run, model, label);
  const away = (i) => Math.hypot(...model.code(i).map((value, k) => value - mean[k]));
  return own.map((i) => [away(i), i]).sort(([one], [other]) => one - other)[0][1];
}

/** Typical images of the two classes, as a and b, and of another one; where there are fewer classes, of any. */
export function crossing(run) {
  const { from, to } = names(run);
  const third = occurring(run).find(({ name }) => name !== from && name !== to)?.name ?? from;
  const chosen = new Set([from, to, third].map((name) => typical(run, name)));
  for (let i = 0; chosen.size < 3; i++) chosen.add(i); // the same image twice would span no plane
  const [a, b, c] = chosen;
  return { a, b, c };
}

/** Functions that set the scenes that this run allows; what moves returns a function that stops it. */
function scenesOf(run, state, { from, to, built }) {
  const sparse = run.models.some(({ kind, unavailable }) => kind === "sparse" && !unavailable);
  const plane = run.models.some(({ kind, unavailable }) => kind !== "sparse" && !unavailable);
  return {
    hole: narrow(run).length ? () => state.set({ view: "plane", ...largestHole(run), space: narrow(run)[0].key }) : null,
    cross: plane && from !== to ? () => cross(run, state) : null,
    dice: plane ? () => state.set({ view: "dice", sigma: 2, fitted: 0, seed: state.get("seed") + 1 }) : null,
    strokes: sparse ? () => build(run, state, built) : null,
  };
}

function cross(run, state) {
  state.set({ view: "plane", ...crossing(run), u: still() ? 0.5 : 0, v: 0 });
  if (still()) return undefined;
  return animate(WALK, (share) => state.set({ u: Math.round(50 * (1 - Math.cos(Math.PI * share))) / 100 }));
}

function build(run, state, name) {
  state.set({ view: "strokes", image: typical(run, name), moved: "", sketch: "", strokes: still() ? STROKES : 1 });
  if (still()) return undefined;
  return animate(BUILDING, (share) => state.set({ strokes: 1 + Math.round((STROKES - 1) * share) }));
}

/** Of many planes, the one whose triangle has the point that is farthest from all real codes, as the first model sees it. */
function largestHole(run) {
  const model = narrow(run)[0];
  const cloud = cloudOf(run, model);
  const uniform = uniforms(1);
  const places = [[0.5, 0], [0, 0.5], [0.5, 0.5], [0.33, 0.33], [0.25, 0.25], [0.5, 0.25], [0.25, 0.5]];
  let best, largest = -1;
  for (let k = 0; k < TRIPLES; k++) {
    const [a, b, c] = [0, 1, 2].map(() => Math.floor(run.count * uniform()));
    const plane = cloud.plane([a, b, c].map((i) => model.code(i)));
    for (const [u, v] of places) {
      const { distance } = plane.nearest(u, v);
      if (distance > largest) [best, largest] = [{ a, b, c, u, v }, distance];
    }
  }
  return best;
}
