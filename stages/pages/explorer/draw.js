/* Draw: a sketch or a test image, noise on it, what each model restores, and its code. */

import { clamp, every, find, onDrag, placeIn } from "./dom.js";
import { littleByLittle } from "./frames.js";
import { imagePicker } from "./image.js";
import { addNoise, normals } from "./noise.js";
import { onPaper, paint, pictureCanvas, prepare, sharp, styled } from "./picture.js";

const GREYS = 4; // of a sketch: as many as two bits say, so that an address can hold it
const RADIUS = 1.3; // of the pen, in pixels
const CLOUD = 5; // codes drawn from q and decoded
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function drawView(root, run, state) {
  const pad = padOf(find(root, ".pad"), run, state);
  const pick = imagePicker(find(root, ".image"), run, state, () => ({ sketch: "" }));
  const noise = find(root, "input[type=range]");
  const shown = find(root, "output");
  const noisy = find(root, ".noisy");
  prepare(noisy, run.image);
  noise.addEventListener("input", () => state.set({ noise: Number(noise.value) }));
  find(root, ".clear").addEventListener("click", () => state.set({ sketch: sketchText(new Float32Array(sizeOf(run.image))) }));
  const restorers = every(root, ".space").map((element) => restorerOf(element, run)).filter(Boolean);
  const start = littleByLittle();
  return () => {
    const i = pick();
    const image = sketchOf(state.get("sketch"), sizeOf(run.image)) ?? run.pixels(i);
    const amount = state.get("noise") < 0 ? run.noise.amount : clamp(state.get("noise"), 0, 1);
    noise.value = amount;
    shown.textContent = amount.toFixed(2);
    const input = addNoise(image, run.noise.kind, amount, 1);
    pad(image);
    paint(noisy, input, run.image);
    start(steps(restorers, input));
  };
}

function* steps(restorers, input) {
  for (const restore of restorers) yield* restore(input);
}

function sizeOf({ height, width, channels }) {
  return height * width * channels;
}

/** A sketch in the address: two bits a pixel, in base64. */
function sketchText(picture) {
  const bytes = new Uint8Array(Math.ceil(picture.length / 4));
  picture.forEach((value, i) => (bytes[i >> 2] |= Math.round(value * (GREYS - 1)) << (2 * (i & 3))));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

function sketchOf(text, size) {
  if (!text) return null;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    return Float32Array.from({ length: size }, (_, i) => ((bytes[i >> 2] >> (2 * (i & 3))) & 3) / (GREYS - 1));
  } catch {
    return null; // no base64: somebody has cut the address short
  }
}

/** The pad to sketch on, by pointer or, with arrow keys and space, by keyboard; returns what shows an image on it. */
function padOf(element, run, state) {
  const { width, height, channels } = run.image;
  const [canvas, pen] = [find(element, "canvas"), find(element, ".pen")];
  prepare(canvas, run.image);
  let picture = new Float32Array(sizeOf(run.image));
  let last, at = [width / 2, height / 2], down = false;
  const dab = ([x, y]) => {
    for (let i = 0; i < width * height; i++) {
      const away = Math.hypot((i % width) + 0.5 - x, Math.floor(i / width) + 0.5 - y);
      const ink = Math.round(clamp(RADIUS + 0.5 - away, 0, 1) * (GREYS - 1)) / (GREYS - 1);
      for (let c = 0; c < channels; c++) picture[i * channels + c] = Math.max(picture[i * channels + c], ink);
    }
  };
  const line = (from, to) => {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let k = 0; k <= steps; k++) dab([0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * k) / steps));
    state.set({ sketch: sketchText(picture) });
  };
  const begin = () => {
    picture = sketchOf(state.get("sketch"), picture.length) ?? new Float32Array(picture.length); // a test image is not drawn over
  };
  element.addEventListener("pointerdown", () => {
    last = undefined;
    begin();
  });
  onDrag(element, (event) => {
    const { x, y } = placeIn(canvas, event);
    const place = [x * width, y * height];
    line(last ?? place, place);
    last = place;
  });
  element.addEventListener("keydown", (event) => {
    const direction = KEYS[event.key];
    if (!direction && event.key !== " ") return;
    event.preventDefault();
    const before = at;
    if (direction) at = [clamp(at[0] + direction[0], 0.5, width - 0.5), clamp(at[1] + direction[1], 0.5, height - 0.5)];
    else if (!event.repeat && (down = !down)) begin();
    pen.style.left = `${(100 * at[0]) / width}%`;
    pen.style.top = `${(100 * at[1]) / height}%`;
    element.classList.toggle("down", down);
    if (down) line(before, at);
  });
  return (image) => paint(canvas, image, run.image);
}

/** A model's answer to a picture, in steps: what it restores, its code as bars, and what its cloud of codes decodes to. */
function restorerOf(element, run) {
  const model = run.model(element.dataset.space);
  find(element, ".unavailable").textContent = model.unavailable ?? "";
  if (model.unavailable) return null;
  const [large, bars] = [find(element, ".large"), find(element, ".bars")];
  prepare(large, run.image);
  const cloud = find(element, ".cloud");
  const draws = cloud ? Array.from({ length: CLOUD }, () => pictureCanvas(run.image)) : [];
  if (cloud) cloud.append(...draws);
  return function* (input) {
    const { code, sigma } = model.encode(input);
    yield paint(large, model.decode(code), run.image);
    yield drawBars(bars, code, sigma, model);
    const random = normals(2);
    for (const canvas of sigma ? draws : []) {
      const z = code.map((mean, i) => mean + sigma[i] * random());
      yield paint(canvas, model.decode(z), run.image);
    }
  };
}

/** A bar a coordinate, up or down from zero; with σ, a band from μ − σ to μ + σ about its end. */
function drawBars(canvas, code, sigma, model) {
  const { context, width, height } = sharp(canvas);
  const reach = code.reduce((most, value, i) => Math.max(most, Math.abs(value) + (sigma?.[i] ?? 0)), 1e-6);
  const lowest = code.reduce((least, value, i) => Math.min(least, value - (sigma?.[i] ?? 0)), 0);
  const zero = lowest < 0 ? height / 2 : height - 1;
  const scale = (lowest < 0 ? height / 2 - 2 : height - 3) / reach;
  const step = width / code.length;
  const gap = step > 6 ? step * 0.3 : 0;
  context.fillStyle = onPaper(model.colour);
  code.forEach((value, i) => {
    if (value) context.fillRect(i * step + gap / 2, zero, Math.max(step - gap, 1), -value * scale);
  });
  context.fillStyle = styled("--line");
  context.fillRect(0, zero, width, 1);
  context.strokeStyle = styled("--ink");
  context.lineWidth = 1.5;
  sigma?.forEach((spread, i) => {
    const [x, low, high] = [(i + 0.5) * step, zero - (code[i] - spread) * scale, zero - (code[i] + spread) * scale];
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of [[x, low, x, high], [x - 4, low, x + 4, low], [x - 4, high, x + 4, high]]) {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    }
    context.stroke();
  });
}
