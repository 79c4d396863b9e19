import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { exp, log, sin } from "../../kernel-as/assembly/math.ts";
import { random } from "../fixtures/random.ts";

function unitInLastPlace(x: number): number {
  const bits = new BigInt64Array(new Float64Array([Math.abs(x)]).buffer);
  bits[0]! += 1n;
  return new Float64Array(bits.buffer)[0]! - Math.abs(x);
}

test("exp is within 2 units in the last place of the host's over its whole range", () => {
  const next = random(1);
  for (let i = 0; i < 100_000; i++) {
    const x = (next() - 0.5) * 1400;
    expect(Math.abs(exp(x) - Math.exp(x)) / unitInLastPlace(Math.exp(x))).toBeLessThanOrEqual(2);
  }
});

test("log is within 3 units in the last place of the host's, from the smallest number to the largest", () => {
  const next = random(2);
  for (let i = 0; i < 20_000; i++) {
    const x = Math.exp((next() - 0.5) * 1400);
    expect(Math.abs(log(x) - Math.log(x)) / unitInLastPlace(Math.log(x))).toBeLessThanOrEqual(3);
  }
  expect(log(Number.MIN_VALUE)).toBeCloseTo(Math.log(Number.MIN_VALUE), 10);
});

test("sin is within 1e-13 of the host's below 1,000", () => {
  const next = random(3);
  for (let i = 0; i < 100_000; i++) {
    const x = (next() - 0.5) * 2000;
    expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(1e-13);
  }
});

test("the ends of the ranges are those of the definitions", () => {
  expect([exp(0), exp(-1000), exp(1000), exp(NaN)]).toEqual([1, 0, Infinity, NaN]);
  expect([log(1), log(0), log(-1), log(Infinity), log(NaN)]).toEqual([0, -Infinity, NaN, Infinity, NaN]);
});

test("the bits are the same on every runtime", () => {
  const next = random(4);
  const values = Float64Array.from({ length: 30_000 }, (_, i) => [exp((next() - 0.5) * 60), log(next() * 1e6), sin(next() * 100)][i % 3]!);
  expect(createHash("sha256").update(values).digest("hex")).toBe("eb73ce12ee19111e820dad5b205ed6b7551903dd6836eef70fe0fe035b8b3f3c");
});
