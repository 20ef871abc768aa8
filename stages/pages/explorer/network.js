/* Networks as lists of layers: `stages/analyses/layers.py` says what each kind does.
   Numbers lie flat, (channels, height, width) or (units), in Float32Arrays. */

/** A function that puts an input of `shape` through `layers`. */
export function network(layers, shape) {
  const steps = layers.map((layer) => ({ ...layer, run: KINDS[layer.kind], weights: unrounded(layer.weights) }));
  return (input) => {
    let values = { data: input, shape };
    for (const step of steps) values = step.run(step, values);
    return values.data;
  };
}

const KINDS = {
  linear({ weights, bias }, { data }) {
    const output = Float32Array.from(bias);
    const active = indicesOfActive(data);
    for (let unit = 0, row = 0; unit < output.length; unit++, row += data.length) {
      let sum = 0;
      if (active) for (let i = 0; i < active.length; i++) sum += weights[row + active[i]] * data[active[i]];
      else for (let i = 0; i < data.length; i++) sum += weights[row + i] * data[i];
      output[unit] += sum;
    }
    return { data: output, shape: [output.length] };
  },

  transposed({ weights, bias }, { data }) {
    const output = Float32Array.from(bias);
    for (let i = 0, row = 0; i < data.length; i++, row += output.length) {
      if (data[i] === 0) continue;
      for (let unit = 0; unit < output.length; unit++) output[unit] += weights[row + unit] * data[i];
    }
    return { data: output, shape: [output.length] };
  },

  convolution(layer, { data, shape: [inputs, height, width] }) {
    const { bias, stride, padding, kernel } = layer;
    const sides = [height, width].map((side) => Math.floor((side + 2 * padding - kernel) / stride) + 1);
    const shape = [bias.length, ...sides];
    // Output (y, x) takes from input (y · stride + dy, x · stride + dx).
    const output = sumOfShifted(layer, data, [inputs, height, width], shape, (sums, target, output, dy, dx) => {
      const [firstY, endY] = inside(dy, stride, height, shape[1]);
      const [firstX, endX] = inside(dx, stride, width, shape[2]);
      for (let y = firstY; y < endY; y++) {
        const source = (y * stride + dy) * width + dx;
        for (let x = firstX; x < endX; x++) output[target + y * shape[2] + x] += sums[source + x * stride];
      }
    });
    return { data: output, shape };
  },

  deconvolution(layer, { data, shape: [inputs, height, width] }) {
    const { bias, stride, padding, extra, kernel } = layer;
    const sides = [height, width].map((side) => (side - 1) * stride - 2 * padding + kernel + extra);
    const shape = [bias.length, ...sides];
    // Input (y, x) gives to output (y · stride + dy, x · stride + dx).
    const output = sumOfShifted(layer, data, [inputs, height, width], shape, (sums, target, output, dy, dx) => {
      const [firstY, endY] = inside(dy, stride, shape[1], height);
      const [firstX, endX] = inside(dx, stride, shape[2], width);
      for (let y = firstY; y < endY; y++) {
        const row = target + (y * stride + dy) * shape[2] + dx;
        for (let x = firstX; x < endX; x++) output[row + x * stride] += sums[y * width + x];
      }
    });
    return { data: output, shape };
  },

  relu(_, { data, shape }) {
    const output = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) output[i] = Math.max(0, data[i]); // three times as quick as `map`
    return { data: output, shape };
  },

  sigmoid: (_, values) => ({ ...values, data: values.data.map((value) => 1 / (1 + Math.exp(-value))) }),
  tanh: (_, values) => ({ ...values, data: values.data.map(Math.tanh) }),
  reshape: ({ shape }, { data }) => ({ data, shape }),

  pool({ size }, { data, shape: [maps, height, width] }) {
    const shape = [maps, Math.floor(height / size), Math.floor(width / size)];
    const output = new Float32Array(product(shape)).fill(-Infinity);
    for (let map = 0; map < maps; map++)
      for (let y = 0; y < shape[1] * size; y++)
        for (let x = 0; x < shape[2] * size; x++) {
          const target = (map * shape[1] + Math.floor(y / size)) * shape[2] + Math.floor(x / size);
          output[target] = Math.max(output[target], data[(map * height + y) * width + x]);
        }
    return { data: output, shape };
  },

  upsample({ size }, { data, shape: [maps, height, width] }) {
    const shape = [maps, height * size, width * size];
    const output = new Float32Array(product(shape));
    for (let map = 0, target = 0; map < maps; map++)
      for (let y = 0; y < shape[1]; y++)
        for (let x = 0; x < shape[2]; x++, target++)
          output[target] = data[(map * height + Math.floor(y / size)) * width + Math.floor(x / size)];
    return { data: output, shape };
  },

  winner(_, { data, shape }) {
    const output = new Float32Array(data.length);
    const places = data.length / shape[0];
    for (let start = 0; start < data.length; start += places) {
      let best = start;
      for (let i = start; i < start + places; i++) if (data[i] > data[best]) best = i;
      output[best] = data[best];
    }
    return { data: output, shape };
  },

  threshold({ least }, { data, shape }) {
    const places = data.length / shape[0];
    return { data: data.map((value, i) => (value >= least[Math.floor(i / places)] ? value : 0)), shape };
  },

  spread({ size }, { data, shape: [maps, height, width] }) {
    const shape = [maps, height * size, width * size];
    const output = new Float32Array(product(shape));
    const centre = Math.floor(size / 2);
    for (let i = 0; i < data.length; i++) {
      const row = Math.floor(i / width); // of all maps, one below the other
      output[(row * size + centre) * shape[2] + (i % width) * size + centre] = data[i];
    }
    return { data: output, shape };
  },
};

/** Weights as numbers: whole ones times the scale of their row. */
function unrounded(weights) {
  if (!weights) return null;
  const { rows, scales, shape, bits } = weights;
  const values = new Float32Array(product(shape));
  const rowLength = values.length / scales.length;
  for (let row = 0, i = 0; row < scales.length; row++)
    for (const end = i + rowLength; i < end; i++) values[i] = scales[row] * (bits === 8 ? rows[i] : fromPairs(rows, i));
  return values;
}

function fromPairs(bytes, i) {
  return (i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4) - 8;
}

function indicesOfActive(data) {
  const active = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) active.push(i);
  return active.length < data.length / 2 ? Int32Array.from(active) : null; // else not worth the detour
}

/** For every output map and place (dy, dx) in the kernel: the input maps, weighted and summed, which `shift` adds
    to the output where they belong. Long sums of whole maps are what JavaScript is quick at. */
function sumOfShifted({ weights, bias, kernel, padding }, data, [inputs, height, width], shape, shift) {
  const places = kernel * kernel;
  const output = new Float32Array(product(shape));
  const maps = activeMaps(data, inputs, height * width);
  const sums = new Float64Array(height * width);
  for (let to = 0; to < shape[0]; to++) {
    const target = to * shape[1] * shape[2];
    output.fill(bias[to], target, target + shape[1] * shape[2]);
    for (let place = 0; place < places; place++) {
      weightedSum(sums, data, maps, weights, to * inputs * places + place, places);
      shift(sums, target, output, Math.floor(place / kernel) - padding, (place % kernel) - padding);
    }
  }
  return output;
}

/** sums = Σ over `maps` of weight · map, four maps at a time; the weight of map m is at first + m · step. */
function weightedSum(sums, data, maps, weights, first, step) {
  const size = sums.length;
  const weight = (map) => weights[first + map * step];
  sums.fill(0);
  let i = 0;
  for (; i + 4 <= maps.length; i += 4) {
    const a = maps[i], b = maps[i + 1], c = maps[i + 2], d = maps[i + 3];
    const p = weight(a), q = weight(b), r = weight(c), s = weight(d);
    const A = a * size, B = b * size, C = c * size, D = d * size;
    for (let j = 0; j < size; j++) sums[j] += p * data[A + j] + q * data[B + j] + r * data[C + j] + s * data[D + j];
  }
  for (; i < maps.length; i++) {
    const [p, a] = [weight(maps[i]), maps[i] * size];
    for (let j = 0; j < size; j++) sums[j] += p * data[a + j];
  }
}

/** Maps that are not 0 everywhere. */
function activeMaps(data, maps, size) {
  const isActive = (map) => data.subarray(map * size, (map + 1) * size).some((value) => value !== 0);
  return Array.from({ length: maps }, (_, map) => map).filter(isActive);
}

/** The places p below `count`, first and end, for which p · stride + offset lies in 0 … length − 1. */
function inside(offset, stride, length, count) {
  return [Math.max(0, Math.ceil(-offset / stride)) | 0, Math.min(count, Math.ceil((length - offset) / stride)) | 0];
}

function product(shape) {
  return shape.reduce((size, side) => size * side, 1);
}
