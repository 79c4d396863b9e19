import { expect, test } from "vitest";
import type { Load } from "../../../bench/http/load.ts";
import { pairedOf } from "../../../bench/http/pairs.ts";

const load = (requestsPerSecond: number, p99Ms: number, failures = 0): Load => ({ requestsPerSecond, p50Ms: p99Ms / 2, p99Ms, failures });

const samples = [
  { ours: load(50, 4, 1), peer: load(100, 2) },
  { ours: load(10, 9), peer: load(25, 3) }, // a busy minute
  { ours: load(60, 5), peer: load(100, 2, 3) },
];

test("ratios are medians of the pairs' own, so that a minute which met both moves none", () => {
  const { rateRatio, p99Ratio } = pairedOf(samples);
  expect([rateRatio, p99Ratio]).toEqual([0.5, 2.5]);
});

test("figures are medians of all runs, failures their sum, and each run is kept", () => {
  expect(pairedOf(samples)).toMatchObject({ ours: { requestsPerSecond: 50, p50Ms: 2.5, p99Ms: 5, failures: 1 }, peer: { requestsPerSecond: 100, p50Ms: 1, p99Ms: 2, failures: 3 }, samples });
});
