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
    const { bias, kernel, stride, padding } = layer;
    const sides = [height, width].map((side) => Math.floor((side + 2 * padding - kernel) / stride) + 1);
    layer.places ??= meetings(layer, sides, [height, width]).map(({ near, far }) =>
      stride === 1 ? { source: far, target: near } : { taken: far, source: near.map((_, i) => i), target: near },
    );
    const shape = [bias.length, ...sides];
    return { data: sumOverPlaces(layer, data, inputs, shape), shape };
  },

  deconvolution(layer, { data, shape: [inputs, height, width] }) {
    const { bias, kernel, stride, padding, extra } = layer;
    const sides = [height, width].map((side) => (side - 1) * stride - 2 * padding + kernel + extra);
    layer.places ??= meetings(layer, [height, width], sides).map(({ near, far }) => ({ source: near, target: far }));
    const shape = [bias.length, ...sides];
    return { data: sumOverPlaces(layer, data, inputs, shape), shape };
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

/** For each place (ky, kx) in a kernel the indices at which the nearer, smaller map (y, x) meets the farther one
    (y · stride + ky − padding, …): output and input of a convolution, or the other way round. */
function meetings({ kernel, stride, padding }, [height, width], [farHeight, farWidth]) {
  return Array.from({ length: kernel * kernel }, (_, place) => {
    const [near, far] = [[], []];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const farY = y * stride + Math.floor(place / kernel) - padding;
        const farX = x * stride + (place % kernel) - padding;
        if (farY < 0 || farY >= farHeight || farX < 0 || farX >= farWidth) continue;
        near.push(y * width + x);
        far.push(farY * farWidth + farX);
      }
    return { near: Int32Array.from(near), far: Int32Array.from(far) };
  });
}

/** For each place in the kernel the input maps, weighted and summed, go from `source` to `target` on the output.
    Sums of whole maps in double precision are what JavaScript is quickest at; of a convolution with a stride only
    what is `taken` is summed. */
function sumOverPlaces({ weights, bias, places }, data, inputs, [outputs, height, width]) {
  const [area, size] = [height * width, data.length / inputs];
  const output = new Float32Array(outputs * area);
  for (let to = 0; to < outputs; to++) output.fill(bias[to], to * area, (to + 1) * area);
  const whole = Float64Array.from(data);
  const active = activeMaps(data, inputs, size);
  places.forEach(({ taken, source, target }, place) => {
    const maps = taken ? onlyTaken(whole, inputs, size, taken) : whole;
    const sums = [0, 1].map(() => new Float64Array(maps.length / inputs));
    for (let to = 0; to < outputs; to += 2) {
      const both = Math.min(to + 1, outputs - 1); // the last one twice, where their number is odd
      const [first, second] = [to, both].map((one) => one * inputs * places.length + place);
      weightedSums(sums, maps, active, weights, first, second, places.length);
      add(output, to * area, target, sums[0], source);
      if (both > to) add(output, both * area, target, sums[1], source);
    }
  });
  return output;
}

function onlyTaken(maps, inputs, size, taken) {
  const some = new Float64Array(inputs * taken.length);
  for (let map = 0, i = 0; map < inputs; map++)
    for (let j = 0; j < taken.length; j++, i++) some[i] = maps[map * size + taken[j]];
  return some;
}

/** Two sums over `chosen` maps of weight · map, four maps at a time, so that a number that was read serves both; the
    weights of map m are at first + m · step and second + m · step. */
function weightedSums([one, other], maps, chosen, weights, first, second, step) {
  const size = one.length;
  one.fill(0);
  other.fill(0);
  let i = 0;
  for (; i + 4 <= chosen.length; i += 4) {
    const [a, b, c, d] = [chosen[i] * size, chosen[i + 1] * size, chosen[i + 2] * size, chosen[i + 3] * size];
    const [k, l, m, n] = [chosen[i] * step, chosen[i + 1] * step, chosen[i + 2] * step, chosen[i + 3] * step];
    const p = weights[first + k], q = weights[first + l], r = weights[first + m], s = weights[first + n];
    const t = weights[second + k], u = weights[second + l], v = weights[second + m], w = weights[second + n];
    for (let j = 0; j < size; j++) {
      const e = maps[a + j], f = maps[b + j], g = maps[c + j], h = maps[d + j];
      one[j] += p * e + q * f + r * g + s * h;
      other[j] += t * e + u * f + v * g + w * h;
    }
  }
  for (; i < chosen.length; i++) {
    const [p, t, a] = [weights[first + chosen[i] * step], weights[second + chosen[i] * step], chosen[i] * size];
    for (let j = 0; j < size; j++) {
      one[j] += p * maps[a + j];
      other[j] += t * maps[a + j];
    }
  }
}

function add(output, start, target, sums, source) {
  for (let i = 0; i < source.length; i++) output[start + target[i]] += sums[source[i]];
}

/** Maps that are not 0 everywhere. */
function activeMaps(data, maps, size) {
  const isActive = (map) => data.subarray(map * size, (map + 1) * size).some((value) => value !== 0);
  return Array.from({ length: maps }, (_, map) => map).filter(isActive);
}

function product(shape) {
  return shape.reduce((size, side) => size * side, 1);
}
