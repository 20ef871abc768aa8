/* Pictures on canvases. One number a pixel is drawn as black ink of that opacity, which the style sheet turns white in the
   dark: what lies below shines through, and nothing has to be drawn again when the scheme changes. */

import { clamp, make } from "./dom.js";

const ADDS = [11, 83, 148];
const TAKES_AWAY = [190, 50, 35];

/** A canvas for one picture. */
export function pictureCanvas(image, label) {
  const canvas = make("canvas", { className: "picture" });
  prepare(canvas, image, label);
  return canvas;
}

/** Makes `canvas` one for a picture, or for `across` × `down` of them, named `label` for those who do not see it. */
export function prepare(canvas, image, label, across = 1, down = 1) {
  canvas.width = image.width * across;
  canvas.height = image.height * down;
  if (image.channels === 3) canvas.dataset.colour = "";
  if (label) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
  }
}

/** Draws `picture` (values that leave [0, 1] are clipped) at the place (column, row) of a canvas of many. */
export function paint(canvas, picture, image, column = 0, row = 0) {
  const pixels = new ImageData(image.width, image.height);
  const colours = image.channels === 3;
  for (let i = 0; i < image.width * image.height; i++) {
    if (colours) for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = 255 * clamp(picture[3 * i + c], 0, 1);
    pixels.data[4 * i + 3] = colours ? 255 : Math.round(255 * clamp(picture[i], 0, 1));
  }
  canvas.getContext("2d").putImageData(pixels, column * image.width, row * image.height);
}

/** Draws signed values, the largest at full strength: blue ink adds, red ink takes away. */
export function paintSigned(canvas, values, image) {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  const pixels = new ImageData(image.width, image.height);
  for (let i = 0; i < image.width * image.height; i++) {
    const value = image.channels === 3 ? (values[3 * i] + values[3 * i + 1] + values[3 * i + 2]) / 3 : values[i];
    pixels.data.set(value > 0 ? ADDS : TAKES_AWAY, 4 * i);
    pixels.data[4 * i + 3] = (255 * Math.abs(value)) / largest;
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

/** A canvas as fine as the screen: its context, in which one unit is a CSS pixel, with width and height. */
export function sharp(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** A colour of the style sheet. */
export function styled(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** `#rrggbb`, in the dark so much lighter as the style sheet says. */
export function onPaper(colour) {
  const share = parseFloat(styled("--lighter")) / 100;
  const part = (at) => {
    const value = parseInt(colour.slice(at, at + 2), 16);
    return Math.round(value + (255 - value) * share);
  };
  return `rgb(${part(1)} ${part(3)} ${part(5)})`;
}
