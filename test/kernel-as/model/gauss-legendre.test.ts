import { expect, test } from "vitest";
import { gaussLegendre } from "../../../kernel-as/model/gauss-legendre.ts";

test.each([4, 8, 12, 32, 100])("%i points are exact for polynomials of degree 2 n - 1, and not of 2 n", (count) => {
  const { points, weights } = gaussLegendre(count);
  const error = (degree: number) => Math.abs(points.reduce((sum, point, i) => sum + weights[i]! * point ** degree, 0) * (degree + 1) - 1);
  for (const degree of [0, 1, 2, count, 2 * count - 2, 2 * count - 1]) expect(error(degree)).toBeLessThan(1e-13);
  if (count === 4) expect(error(2 * count)).toBeGreaterThan(1e-4);
  expect(Math.min(...points)).toBeGreaterThan(0);
  expect(Math.max(...points)).toBeLessThan(1);
  expect(points.every((point, i) => Math.abs(point + points[count - 1 - i]! - 1) < 1e-15)).toBe(true);
});
