/* Linked maps: t-SNE of every model's codes of the same test images; to point at one on any map marks it on all. */

import { clamp, every, find, make, placeIn } from "./dom.js";
import { littleByLittle } from "./frames.js";
import { imageOf, occurring } from "./image.js";
import { onPaper, paint, pictureCanvas, prepare, sharp, styled } from "./picture.js";
import { turningClouds } from "./turning.js";

const MARGIN = 14; // CSS pixels
const REACH = 24; // how near to a point one has to point at
const LINE = 16; // CSS pixels from one name down to the next
const CORNERS = ["a", "b", "c"];
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function mapsView(root, run, state) {
  const maps = every(root, ".map").map((element) => new TsneMap(element, run, state));
  const legend = legendOf(find(root, ".legend"), run, state);
  const detail = detailOf(find(root, ".detail"), run, state);
  const turn = turningClouds(find(root, ".clouds"), run, state);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => maps.forEach((map) => map.forget()));
  return () => {
    const hidden = hiddenOf(state);
    const i = imageOf(run, state);
    const on = run.model(state.get("on")) ?? run.models[0];
    const near = [...on.neighbours(i)];
    legend(hidden);
    for (const map of maps) map.draw(i, near, hidden, map.model === on);
    detail(i, on);
    turn(hidden);
  };
}

/** Labels of the classes that the legend hides. */
function hiddenOf(state) {
  return new Set(state.get("hidden").split(",").filter(Boolean).map(Number));
}

/** Sends image `i` to the corner whose turn it is; the next one goes to the next corner. */
function send(i, state, corner = state.get("corner")) {
  state.set({ [corner]: i, corner: CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] });
}

class TsneMap {
  #drawn;

  constructor(element, run, state) {
    const model = run.model(element.dataset.map);
    Object.assign(this, { element, run, state, model });
    this.points = find(element, ".points");
    this.marks = find(element, ".marks");
    this.scale = scaleOf(model.tsne, run.count);
    new ResizeObserver(() => this.#redraw()).observe(this.points);
    const choose = (event) => {
      const i = this.#nearest(placeIn(this.marks, event));
      if (i !== undefined) state.set({ image: i, on: model.key, moved: "", sketch: "" });
      return i;
    };
    this.marks.addEventListener("pointermove", choose);
    this.marks.addEventListener("pointerdown", choose);
    this.marks.addEventListener("click", (event) => {
      const i = choose(event);
      if (i !== undefined && event.pointerType === "mouse") send(i, state); // a finger cannot hover: its tap only looks
    });
    this.marks.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (event.key === "Enter") send(imageOf(this.run, this.state), this.state);
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    const i = this.#towards(imageOf(this.run, this.state), direction);
    if (i !== undefined) this.state.set({ image: i, on: this.model.key, moved: "", sketch: "" });
  }

  forget() {
    this.#drawn = undefined;
  }

  draw(i, near, hidden, leading) {
    this.now = [i, near, hidden, leading];
    this.hidden = hidden;
    this.#redraw();
  }

  #redraw() {
    if (!this.now || !this.points.clientWidth) return;
    const [i, near, hidden, leading] = this.now;
    const drawn = `${this.points.clientWidth} ${[...hidden]}`;
    if (drawn !== this.#drawn) this.#drawPoints(hidden);
    this.#drawn = drawn;
    this.element.classList.toggle("leading", leading);
    this.#drawMarks(i, near);
  }

  #place(i, width, height) {
    const { x, y } = this.scale(i);
    return [MARGIN + x * (width - 2 * MARGIN), MARGIN + y * (height - 2 * MARGIN)];
  }

  #drawPoints(hidden) {
    const { context, width, height } = sharp(this.points);
    for (const { label, colour } of occurring(this.run)) {
      if (hidden.has(label)) continue;
      context.fillStyle = onPaper(colour);
      for (let i = 0; i < this.run.count; i++) {
        if (this.run.labels[i] === label) dot(context, this.#place(i, width, height), width > 250 ? 2.4 : 1.8);
      }
    }
    context.font = "600 13px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.lineJoin = "round";
    for (const { name, x, y } of this.#names(hidden, context, width, height)) {
      context.strokeStyle = styled("--card");
      context.strokeText(name, x, y);
      context.fillStyle = styled("--ink");
      context.fillText(name, x, y);
    }
  }

  /** Names and their places: the medians of their classes; of many classes those for which there is room. */
  #names(hidden, context, width, height) {
    const names = occurring(this.run).filter(({ label }) => !hidden.has(label)).map(({ label, name }) => {
      const own = this.#own(label).map((i) => this.#place(i, width, height));
      const [x, y] = [0, 1].map((axis) => median(own.map((place) => place[axis])));
      return { name, x, y, own, half: context.measureText(name).width / 2 };
    });
    return this.run.manyClasses ? apart(names, width) : names;
  }

  #own(label) {
    return [...this.run.labels.keys()].filter((i) => this.run.labels[i] === label);
  }

  #drawMarks(i, near) {
    const { context, width, height } = sharp(this.marks);
    const at = this.#place(i, width, height);
    context.strokeStyle = context.fillStyle = styled("--ink");
    context.lineWidth = 1;
    for (const j of near) {
      const place = this.#place(j, width, height);
      context.globalAlpha = 0.45;
      context.beginPath();
      context.moveTo(...at);
      context.lineTo(...place);
      context.stroke();
      context.globalAlpha = 1;
      ring(context, place, 5, 1.5);
    }
    ring(context, at, 9, 3);
    context.font = "600 12px system-ui, sans-serif";
    for (const corner of CORNERS) {
      const [x, y] = this.#place(imageOf(this.run, this.state, corner), width, height);
      context.fillStyle = styled("--link");
      dot(context, [x, y], 8);
      context.fillStyle = styled("--card");
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(corner, x, y);
    }
  }

  #nearest({ x, y }) {
    const { clientWidth: width, clientHeight: height } = this.marks;
    let nearest, least = REACH;
    for (let i = 0; i < this.run.count; i++) {
      if (this.hidden?.has(this.run.labels[i])) continue;
      const [px, py] = this.#place(i, width, height);
      const away = Math.hypot(px - x * width, py - y * height);
      if (away < least) [nearest, least] = [i, away];
    }
    return nearest;
  }

  /** The image nearest to image `from` in a direction, those aside counting as farther. */
  #towards(from, [dx, dy]) {
    const here = this.scale(from);
    let best, least = Infinity;
    for (let i = 0; i < this.run.count; i++) {
      const { x, y } = this.scale(i);
      const ahead = (x - here.x) * dx + (y - here.y) * dy;
      const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
      if (i === from || ahead <= aside || this.hidden?.has(this.run.labels[i])) continue;
      const score = ahead + 2 * aside;
      if (score < least) [best, least] = [i, score];
    }
    return best;
  }
}

/** Points scaled into the unit square, x and y alike. */
function scaleOf(points, count) {
  const axis = (offset) => Array.from({ length: count }, (_, i) => points[2 * i + offset]);
  const bounds = [axis(0), axis(1)].map((values) => [Math.min(...values), Math.max(...values)]);
  const size = Math.max(...bounds.map(([low, high]) => high - low)) || 1;
  const middle = bounds.map(([low, high]) => (low + high) / 2);
  return (i) => ({ x: 0.5 + (points[2 * i] - middle[0]) / size, y: 0.5 - (points[2 * i + 1] - middle[1]) / size });
}

function median(values) {
  return values.sort((one, other) => one - other)[values.length >> 1];
}

/** Names that lie within the map's width and over no other; first come those that cover most points of their own. */
function apart(names, width) {
  const inside = names.map((one) => ({ ...one, x: clamp(one.x, one.half, width - one.half) }));
  const covered = ({ x, y, own, half }) => own.filter((place) => Math.abs(place[0] - x) < half && Math.abs(place[1] - y) < LINE / 2).length;
  const free = (one, other) => Math.abs(one.x - other.x) > one.half + other.half || Math.abs(one.y - other.y) > LINE;
  const kept = [];
  for (const one of inside.sort((one, other) => covered(other) - covered(one))) {
    if (kept.every((other) => free(one, other))) kept.push(one);
  }
  return kept;
}

function dot(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context, [x, y], radius, width) {
  context.strokeStyle = styled("--card");
  context.lineWidth = width + 3;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.strokeStyle = styled("--ink");
  context.lineWidth = width;
  context.stroke();
}

function legendOf(element, run, state) {
  const buttons = occurring(run).map(({ label, name, colour }) => {
    const button = make("button", { type: "button", className: "class", style: { "--class": colour } }, name);
    button.addEventListener("click", () => {
      const hidden = hiddenOf(state);
      if (!hidden.delete(label)) hidden.add(label);
      state.set({ hidden: [...hidden].sort((one, other) => one - other).join(",") });
    });
    return { label, button };
  });
  element.append(...buttons.map(({ button }) => button));
  const all = find(element, ".all");
  all.hidden = !run.manyClasses;
  all.addEventListener("click", () => {
    state.set({ hidden: hiddenOf(state).size ? "" : buttons.map(({ label }) => label).join(",") });
  });
  return (hidden) => {
    all.textContent = hidden.size ? "Show all" : "Hide all";
    for (const { label, button } of buttons) button.setAttribute("aria-pressed", !hidden.has(label));
  };
}

/** The image pointed at: itself, and for every model its reconstruction and the images with the nearest codes. */
function detailOf(element, run, state) {
  const itself = find(element, ".itself");
  prepare(itself, run.image);
  const name = find(element, ".name");
  const rows = every(element, ".answer").map((row) => {
    const model = run.model(row.dataset.answer);
    const [restored, strip] = [find(row, ".restored"), find(row, ".near")];
    prepare(restored, run.image);
    find(row, ".unavailable").textContent = model.unavailable ?? "";
    restored.hidden = Boolean(model.unavailable);
    const nearest = Array.from(model.neighbours(0), () => pictureCanvas(run.image));
    strip.append(...nearest);
    return { row, model, restored, nearest };
  });
  for (const button of every(element, ".send button")) {
    button.addEventListener("click", () => send(imageOf(run, state), state, button.value));
  }
  const start = littleByLittle();
  const steps = function* (i, on) {
    for (const { row, model, restored, nearest } of rows) {
      row.classList.toggle("leading", model === on);
      const near = model.neighbours(i);
      nearest.forEach((canvas, k) => paint(canvas, run.pixels(near[k]), run.image));
      yield;
      if (!model.unavailable) yield paint(restored, model.reconstruct(run.pixels(i)), run.image);
    }
  };
  return (i, on) => {
    paint(itself, run.pixels(i), run.image);
    name.textContent = run.classOf(run.labels[i]).name;
    for (const button of every(element, ".send button")) {
      const corner = button.value;
      button.setAttribute("aria-pressed", imageOf(run, state, corner) === i);
      button.classList.toggle("next", corner === state.get("corner"));
    }
    start(steps(i, on));
  };
}
