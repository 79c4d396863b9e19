import { sin } from "../assembly/math.ts";

const HALF_PI = 1.5707963267948966;

/** The points of a quadrature over 0…1, and their weights, whose sum is 1. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss and Legendre's quadrature of `count` points: exact for polynomials of degree up to 2 · count - 1. The points are the zeros of the Legendre
 * polynomial, by Newton's method, the same bits on every runtime; O(count²).
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = sin(HALF_PI - (2 * HALF_PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0, change = 1; step < 100 && Math.abs(change) > 1e-15; step++) {
      let before = 1;
      let value = x;
      for (let degree = 2; degree <= count; degree++) [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
      slope = (count * (x * value - before)) / (x * x - 1);
      change = value / slope;
      x -= change;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
