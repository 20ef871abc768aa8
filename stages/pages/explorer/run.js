/* A run as views see it: test images, classes, and models that encode and decode. */
import { network } from "./network.js";
import { unpack } from "./unpack.js";

/** What the page carries. */
export async function openRun() {
  if (!("DecompressionStream" in globalThis)) throw new Error("This browser is too old for this page: it cannot unpack data.");
  const text = (id) => document.getElementById(id).textContent;
  return runOf(await unpack(text("manifest"), text("bytes")));
}

/** The same of content that was unpacked. */
export function runOf(content) {
  const { height, width, channels } = content.image;
  const size = height * width * channels;
  const run = {
    ...content,
    count: content.labels.length,
    classOf: (label) => content.classes.find((one) => one.label === label),
    pixels: (i) => picture(content.pixels, i, size),
  };
  run.models = content.models.map((model) => modelOf(model, run, [channels, height, width]));
  run.model = (key) => run.models.find((model) => model.key === key);
  return run;
}

function picture(bytes, i, size) {
  return Float32Array.from(bytes.subarray(i * size, (i + 1) * size), (byte) => byte / 255);
}

function modelOf(content, run, shape) {
  const model = { ...content };
  const places = content.latent / content.units; // of a map; 1 for units
  Object.assign(model, content.layers ? networks(content, shape) : { encode: null, decode: null });
  model.reconstruct = model.encode && ((image) => model.decode(model.encode(image).code));
  model.code = (i) => (content.codes ? row(content.codes, i, content.latent) : model.encode(run.pixels(i)).code);
  model.neighbours = (i) => row(content.neighbours, i, content.neighbours.shape[1]);
  model.drawCode = (random, sigma) => Float32Array.from({ length: content.latent }, () => sigma * random());
  model.drawFitted = content.gaussian && ((random) => fitted(content.gaussian, random));
  model.progress = progressOf(content.progress, product(shape));
  const sparse = content.kind === "sparse" && model.decode;
  model.strongest = sparse ? (code) => strongest(code, places) : null;
  model.only = sparse ? (code, units) => only(code, new Set(units), places) : null;
  model.filter = sparse ? (unit, strength = 1) => filter(model, places, unit, strength) : null;
  return model;
}

function networks({ kind, latent, codeShape, layers }, shape) {
  const [channels] = shape;
  const encoder = network(layers.encoder, shape);
  const decoder = network(layers.decoder, codeShape);
  const decode = (code) => pixelByPixel(decoder(code), channels);
  const encode = (image) => {
    const output = encoder(planeByPlane(image, channels));
    const sigma = kind === "gaussian" ? output.slice(latent).map((logVariance) => Math.exp(logVariance / 2)) : null;
    return { code: output.slice(0, latent), sigma };
  };
  return { encode, decode };
}

/** A picture has red, green and blue of each pixel together; networks have all red first, then green, then blue. */
function planeByPlane(picture, channels) {
  const size = picture.length / channels;
  return channels === 1 ? picture : picture.map((_, i) => picture[(i % size) * channels + Math.floor(i / size)]);
}

function pixelByPixel(planes, channels) {
  const size = planes.length / channels;
  return channels === 1 ? planes : planes.map((_, i) => planes[(i % channels) * size + Math.floor(i / channels)]);
}

function row(table, i, width) {
  return table.slice(i * width, (i + 1) * width);
}

/** A draw from N(mean, F·Fᵀ), F: `factor`. */
function fitted({ mean, factor }, random) {
  const normal = Float32Array.from(mean, random);
  return mean.map((value, i) => normal.reduce((sum, draw, j) => sum + factor[i * mean.length + j] * draw, value));
}

function progressOf({ noisy, clean, reconstructions }, size) {
  const [epochs, count] = reconstructions.shape;
  return {
    epochs,
    count,
    noisy: (j) => picture(noisy, j, size),
    clean: (j) => picture(clean, j, size),
    at: (epoch, j) => picture(reconstructions, epoch * count + j, size),
  };
}

/** Active units of a sparse code, strongest first; of maps, a unit is a map, and as strong as its winner. */
function strongest(code, places) {
  const strengths = Array.from({ length: code.length / places }, (_, unit) => ({
    unit,
    strength: Math.max(...code.subarray(unit * places, (unit + 1) * places)),
  }));
  return strengths.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
}

function only(code, units, places) {
  return code.map((value, i) => (units.has(Math.floor(i / places)) ? value : 0));
}

/** What a unit alone adds to an image; one of a map stands in the middle of it. */
function filter(model, places, unit, strength) {
  const [, height = 1, width = 1] = model.codeShape;
  const code = new Float32Array(model.latent);
  const nothing = model.decode(code);
  code[unit * places + (height >> 1) * width + (width >> 1)] = strength;
  return model.decode(code).map((value, i) => value - nothing[i]);
}

function product(shape) {
  return shape.reduce((size, side) => size * side, 1);
}
