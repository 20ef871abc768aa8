/* Kernel PCA of training codes in three dimensions: clouds that turn together, by themselves or by hand. */

import { every, find, onDrag, still } from "./dom.js";
import { onPaper, sharp } from "./picture.js";

const TURN = 24000; // milliseconds for a whole turn
const KEYS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };

/** Sets up every cloud within `element`; returns what says which classes are hidden. */
export function turningClouds(element, run, state) {
  const clouds = every(element, ".turning").map((canvas) => cloudOf(canvas, run));
  const play = find(element, ".play");
  let angle = 0.6, tilt = 0.35, turning = !still(), seen = false, before, hidden = new Set();
  const drawAll = () => clouds.forEach((draw) => draw(angle, tilt, hidden));
  const frame = (now) => {
    if (!turning || !seen || state.get("view") !== "maps") {
      before = undefined;
      return;
    }
    if (before !== undefined) angle += (2 * Math.PI * (now - before)) / TURN;
    before = now;
    drawAll();
    requestAnimationFrame(frame);
  };
  const go = () => {
    play.textContent = turning ? play.dataset.pause : play.dataset.play;
    if (turning && seen && before === undefined) requestAnimationFrame(frame);
  };
  const turn = (by, up) => {
    turning = false;
    angle += by;
    tilt = Math.min(Math.max(tilt + up, -1.5), 1.5);
    drawAll();
    go();
  };
  new IntersectionObserver(([{ isIntersecting }]) => {
    seen = isIntersecting;
    drawAll();
    go();
  }).observe(element);
  play.addEventListener("click", () => {
    turning = !turning;
    go();
  });
  for (const canvas of every(element, ".turning")) {
    let last;
    canvas.addEventListener("pointerdown", (event) => (last = event));
    onDrag(canvas, (event) => {
      turn((event.clientX - last.clientX) / 120, (event.clientY - last.clientY) / 120);
      last = event;
    });
    canvas.addEventListener("keydown", (event) => {
      if (!KEYS[event.key]) return;
      event.preventDefault();
      turn(...KEYS[event.key]);
    });
  }
  go();
  return (now) => {
    hidden = now;
    if (seen) drawAll();
  };
}

/** Draws a model's points as seen from an angle, far ones first, smaller and fainter. */
function cloudOf(canvas, run) {
  const { points, labels } = run.model(canvas.dataset.cloud).kernelPca;
  const reach = points.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const order = [...labels.keys()];
  return (angle, tilt, hidden) => {
    if (!canvas.clientWidth) return;
    const { context, width, height } = sharp(canvas);
    const [cos, sin, up, over] = [Math.cos(angle), Math.sin(angle), Math.cos(tilt), Math.sin(tilt)];
    const colours = new Map(run.classes.map(({ label, colour }) => [label, onPaper(colour)]));
    const place = (i) => {
      const [x, y, z] = [0, 1, 2].map((axis) => points[3 * i + axis] / reach);
      const [across, away] = [cos * x + sin * y, cos * y - sin * x];
      return [across, up * z + over * away, up * away - over * z];
    };
    const places = Array.from(labels, (_, i) => place(i));
    order.sort((one, other) => places[other][2] - places[one][2]);
    for (const i of order) {
      if (hidden.has(labels[i])) continue;
      const [x, y, away] = places[i];
      context.globalAlpha = 0.7 - 0.15 * away;
      context.fillStyle = colours.get(labels[i]) ?? "grey";
      context.beginPath();
      context.arc(width / 2 + x * width * 0.44, height / 2 - y * height * 0.44, 2.3 - 0.7 * away, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  };
}
