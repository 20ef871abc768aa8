/* Random numbers that come again with their seed, and the noise that models learn to remove (stages/images/noise.py). */

/** A function that gives numbers in [0, 1): the generator called mulberry32. */
export function uniforms(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A function that gives numbers from N(0, 1), by Box and Muller. */
export function normals(seed) {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A noisy copy of `image`; `amount` is a standard deviation, and of kinds other than gaussian a share of pixels. */
export function addNoise(image, kind, amount, seed) {
  const [uniform, normal] = [uniforms(seed), normals(seed)];
  const noisy = {
    gaussian: (pixel) => Math.min(1, Math.max(0, pixel + amount * normal())),
    "salt-and-pepper": (pixel) => flipped(pixel, uniform()),
    masking: (pixel) => (uniform() < amount ? 0 : pixel),
  };
  const flipped = (pixel, chance) => (chance < amount / 2 ? 1 : chance < amount ? 0 : pixel);
  return image.map(noisy[kind]);
}
