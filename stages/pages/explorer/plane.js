/* Plane through three codes: one handle in each model's code space and among the pixels, and what is drawn there. */

import { clamp, every, find, onDrag, placeIn } from "./dom.js";
import { littleByLittle, whenNew } from "./frames.js";
import { imageOf, nextOf, occurring } from "./image.js";
import { paint, prepare, styled } from "./picture.js";
import { Cloud, mixture, weights } from "./space.js";

export const LOW = -0.5, HIGH = 1.5; // of u and v at the middles of the outermost tiles
const TILES = 9;
const STEP = (HIGH - LOW) / (TILES - 1);
const HANDLE = 0.13; // how wide it is, of the plane, as the style sheet has it
const FIELD = 5; // points a tile, each way, at which the distance to real codes is drawn
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** How strongly to tint what is so far from real codes: nothing up to the usual distance, most from three times that on. */
export function tint(distance) {
  return 0.75 * clamp((distance - 1) / 2, 0, 1);
}

export function planeView(root, run, state) {
  const spaces = every(root, ".space").map((element) => new Space(element, run, state)).filter((space) => !space.unavailable);
  const readout = find(root, ".mixture");
  const corners = every(root, ".corner").map((element) => cornerPicker(element, run, state));
  const choose = whenNew();
  const draw = () => {
    const chosen = ["a", "b", "c"].map((corner) => imageOf(run, state, corner));
    const [u, v] = [state.get("u"), state.get("v")];
    for (const space of spaces) space.draw(chosen, u, v);
    corners.forEach((show, k) => show(chosen[k]));
    readout.textContent = weights(u, v).map((weight, k) => `${signed(weight, k)} ${"abc"[k]}`).join(" ");
    choose(state.get("space"), (space) => {
      root.dataset.shown = space;
      for (const radio of every(root, ".which input")) radio.checked = radio.value === space;
    });
  };
  for (const radio of every(root, ".which input")) {
    radio.addEventListener("change", () => state.set({ space: radio.value }));
  }
  return draw;
}

function signed(weight, k) {
  return `${weight < 0 ? "− " : k ? "+ " : ""}${Math.abs(weight).toFixed(2)}`;
}

/** One code space, or the pixels: the picture at the handle, and the plane with its tiles and the distance to real codes. */
class Space {
  constructor(element, run, state) {
    const model = run.model(element.dataset.space);
    Object.assign(this, { element, run, model, start: littleByLittle() });
    this.unavailable = model ? model.unavailable : null;
    find(element, ".unavailable").textContent = this.unavailable ?? "";
    if (this.unavailable) return;
    for (const name of ["large", "nearest"]) {
      this[name] = find(element, `.${name}`);
      prepare(this[name], run.image);
    }
    this.plane = find(element, ".plane");
    this.tiles = find(element, ".tiles");
    prepare(this.tiles, run.image, null, TILES, TILES);
    this.field = find(element, ".field");
    this.field.width = this.field.height = TILES * FIELD;
    this.handle = find(element, ".handle");
    this.distance = find(element, ".distance");
    [this.show, this.far] = [whenNew(), whenNew()];
    this.#listen(state);
  }

  #listen(state) {
    const move = (u, v) => state.set({ u: clamp(round(u), LOW - STEP / 2, HIGH + STEP / 2), v: clamp(round(v), LOW - STEP / 2, HIGH + STEP / 2) });
    onDrag(this.plane, (event) => {
      const { x, y } = placeIn(this.plane, event);
      move(...valueAt(x, y));
      if (event.type === "pointerdown") this.handle.focus({ preventScroll: true, focusVisible: false });
      event.preventDefault(); // or the press would take the focus away again
    });
    this.handle.addEventListener("keydown", (event) => {
      const direction = KEYS[event.key];
      if (!direction) return;
      event.preventDefault();
      const step = event.shiftKey ? 0.25 : 0.05;
      move(state.get("u") + step * direction[0], state.get("v") + step * direction[1]);
    });
  }

  draw(chosen, u, v) {
    if (String(chosen) !== this.drawn) this.#span(chosen);
    const z = mixture(this.corners, u, v);
    paint(this.large, this.#decoded(z), this.run.image);
    const place = placeOf(u, v);
    const [across, down] = [place.x, (place.y * this.run.image.height) / this.run.image.width]; // in widths of the plane
    this.handle.style.transform = `translate(${(100 * across) / HANDLE}%, ${(100 * down) / HANDLE}%)`; // costs no layout
    this.handle.setAttribute("aria-valuenow", u.toFixed(2));
    this.handle.setAttribute("aria-valuetext", `u = ${u.toFixed(2)}, v = ${v.toFixed(2)}`);
    if (!this.spanned) return;
    const { index, distance } = this.spanned.nearest(u, v);
    this.show(index, () => paint(this.nearest, this.run.pixels(index), this.run.image));
    this.far(distance.toFixed(1), (text) => {
      this.distance.textContent = text;
      this.nearest.style.setProperty("--far", tint(distance).toFixed(2));
    });
  }

  /** A new triple: its plane at once, its backdrop tile by tile. */
  #span(chosen) {
    this.drawn = String(chosen);
    this.corners = chosen.map((i) => (this.model ? this.model.code(i) : this.run.pixels(i)));
    this.cloud ??= cloudOf(this.run, this.model);
    this.spanned = this.cloud?.plane(this.corners);
    this.element.dataset.measured = this.spanned ? "yes" : "no";
    this.start(this.#backdrop());
  }

  *#backdrop() {
    const places = [...Array(TILES * TILES).keys()];
    const fromMiddle = (place) => Math.hypot((place % TILES) - TILES / 2, Math.floor(place / TILES) - TILES / 2);
    this.tiles.getContext("2d").clearRect(0, 0, this.tiles.width, this.tiles.height);
    if (this.spanned) {
      yield this.#drawField();
    }
    for (const place of places.sort((one, other) => fromMiddle(one) - fromMiddle(other))) {
      const [column, row] = [place % TILES, Math.floor(place / TILES)];
      const z = mixture(this.corners, LOW + column * STEP, HIGH - row * STEP);
      yield paint(this.tiles, this.#decoded(z), this.run.image, column, row);
    }
    this.element.dataset.backdrop = this.drawn;
  }

  #drawField() {
    const side = TILES * FIELD;
    const pixels = new ImageData(side, side);
    const [red, green, blue] = styled("--hole").split(" ").map(Number);
    for (let i = 0; i < side * side; i++) {
      const [u, v] = valueAt(((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side);
      pixels.data.set([red, green, blue, 255 * tint(this.spanned.nearest(u, v).distance)], 4 * i);
    }
    this.field.getContext("2d").putImageData(pixels, 0, 0);
  }

  #decoded(z) {
    return this.model ? this.model.decode(z) : z;
  }
}

/** The real codes of a model, or the images where there is none; null where a model's codes are not carried. */
export function cloudOf(run, model) {
  if (model) return model.codes && new Cloud(model.codes, run.count, model.latent);
  const { height, width, channels } = run.image;
  const size = height * width * channels;
  const images = new Float32Array(run.count * size);
  for (let i = 0; i < run.count; i++) images.set(run.pixels(i), i * size);
  return new Cloud(images, run.count, size);
}

/** (u, v) at a place of the plane, whose left, upper corner is (0, 0) and right, lower one (1, 1); v goes up. */
function valueAt(x, y) {
  return [LOW + (x * TILES - 0.5) * STEP, HIGH - (y * TILES - 0.5) * STEP];
}

function placeOf(u, v) {
  return { x: ((u - LOW) / STEP + 0.5) / TILES, y: ((HIGH - v) / STEP + 0.5) / TILES };
}

function round(value) {
  return Math.round(value * 100) / 100;
}

/** One of a, b, c: its picture, and the class to take another one of. */
function cornerPicker(element, run, state) {
  const { corner } = element.dataset;
  const [picture, select, another] = ["canvas", "select", "button"].map((tag) => find(element, tag));
  prepare(picture, run.image);
  for (const { label, name } of occurring(run)) select.add(new Option(name, label));
  select.addEventListener("change", () => state.set({ [corner]: nextOf(run, Number(select.value), -1) }));
  another.addEventListener("click", () => {
    const now = imageOf(run, state, corner);
    state.set({ [corner]: nextOf(run, run.labels[now], now) });
  });
  const show = whenNew();
  return (i) =>
    show(i, () => {
      paint(picture, run.pixels(i), run.image);
      select.value = run.labels[i];
    });
}
