/* The page's data: JSON in which notes stand for arrays, and the arrays' bytes; `packing.py` is the other side. */

const TYPES = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, float16: Uint16Array, float32: Float32Array };

/** The content with typed arrays where notes were; of several dimensions, an array lies flat, and has its `shape`. */
export async function unpack(manifest, text) {
  const bytes = await inflated(fromBase64(text));
  return JSON.parse(manifest, (key, value) => (value && value.array ? arrayOf(value, bytes) : value));
}

function fromBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const content = await new Response(stream).arrayBuffer();
  return content.slice(1); // the first byte is a PNG's
}

function arrayOf({ array, shape, at }, bytes) {
  const stored = new TYPES[array](bytes, at, shape.reduce((size, side) => size * side, 1));
  return Object.assign(array === "float16" ? Float32Array.from(stored, fromHalf) : stored, { shape });
}

function fromHalf(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return bits & 0x8000 ? -size : size;
}
