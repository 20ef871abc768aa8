/* A plane through three codes, z = a + u (b − a) + v (c − a), and how far its points are from real ones.

   With weights (1 − u − v, u, v) of the corners, |z − p|² = |p|² − 2 Σ w_k p·corner_k + |z|²: the products p·corner_k are taken
   once for each triple, and a point of the plane then costs three products for each real code, however long codes are. */

const SAMPLE = 40; // points whose nearest other point tells how dense all points are

export class Cloud {
  /** `points`: count rows of `size` numbers. */
  constructor(points, count, size) {
    Object.assign(this, { points, count, size });
    this.squares = Float64Array.from({ length: count }, (_, i) => dot(this.point(i), this.point(i)));
    this.spacing = this.#spacing();
  }

  point(i) {
    return this.points.subarray(i * this.size, (i + 1) * this.size);
  }

  /** The nearest point to `z`, and how far it is, in units of the distance that is usual from one point to the next. */
  nearest(z) {
    return this.least((i) => this.squares[i] - 2 * dot(this.point(i), z), dot(z, z));
  }

  plane(corners) {
    const products = corners.map((corner) => Float64Array.from({ length: this.count }, (_, i) => dot(this.point(i), corner)));
    const among = corners.map((one) => corners.map((other) => dot(one, other)));
    return new Plane(this, corners, products, among);
  }

  /** The point with the least score, which is its squared distance less `square`. */
  least(score, square) {
    let index = 0, least = Infinity;
    for (let i = 0; i < this.count; i++) {
      const value = score(i);
      if (value < least) [least, index] = [value, i];
    }
    return { index, distance: Math.sqrt(Math.max(least + square, 0)) / (this.spacing || 1) };
  }

  /** The median distance from a point to its nearest other one. */
  #spacing() {
    const found = [];
    const step = Math.max(1, Math.floor(this.count / SAMPLE));
    for (let i = 0; i < this.count; i += step) {
      let least = Infinity;
      for (let j = 0; j < this.count; j++) {
        if (j !== i) least = Math.min(least, this.squares[i] + this.squares[j] - 2 * dot(this.point(i), this.point(j)));
      }
      found.push(Math.sqrt(Math.max(least, 0)));
    }
    return found.sort((a, b) => a - b)[Math.floor(found.length / 2)] || 1;
  }
}

class Plane {
  constructor(cloud, corners, products, among) {
    Object.assign(this, { cloud, corners, products, among });
  }

  at(u, v) {
    return mixture(this.corners, u, v);
  }

  nearest(u, v) {
    const w = weights(u, v);
    const [first, second, third] = this.products;
    const { squares } = this.cloud;
    let square = 0;
    for (let k = 0; k < 3; k++) for (let l = 0; l < 3; l++) square += w[k] * w[l] * this.among[k][l];
    const score = (i) => squares[i] - 2 * (w[0] * first[i] + w[1] * second[i] + w[2] * third[i]);
    return this.cloud.least(score, square);
  }
}

export function weights(u, v) {
  return [1 - u - v, u, v];
}

export function mixture(corners, u, v) {
  const [first, second, third] = weights(u, v);
  return corners[0].map((value, i) => first * value + second * corners[1][i] + third * corners[2][i]);
}

function dot(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}
