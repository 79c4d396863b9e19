import { expect, test } from "vitest";
import { loadKernel, train } from "../../../trainer/index.ts";
import { featureWeights } from "../../../trainer/report/feature-weights.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();

const next = random(4);
const names = ["tells", "tells less", "noise", "constant"];
const rows = Float32Array.from({ length: 800 * 4 }, (_, i) => (i % 4 === 3 ? 1 : next() < 0.05 ? NaN : next()));
const labels = Array.from({ length: 800 }, (_, row) => (rows[row * 4]! + 0.3 * rows[row * 4 + 1]! > 0.6 ? 1 : 0));

async function weighed(options?: Parameters<typeof featureWeights>[2]) {
  const { forest } = await train({ rows, features: names, labels }, { rounds: 20 }, { kernel });
  using closed = forest;
  return featureWeights(closed, rows, options);
}

test("gains are shares of one; what tells most comes first, what no split asks weighs nothing", async () => {
  const weights = await weighed();
  expect(weights.map(({ name }) => name)).toEqual(names);
  expect(weights.reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(1, 6);
  expect(weights[0]!.gain).toBeGreaterThan(weights[1]!.gain);
  expect(weights[0]!.contribution).toBeGreaterThan(weights[1]!.contribution!);
  expect(weights[3]).toEqual({ name: "constant", gain: 0, splits: 0, contribution: 0, sample: [] });
});

test("the sample holds values with what they add, and says where one is missing", async () => {
  const [tells] = await weighed();
  expect(tells!.sample).toHaveLength(500);
  expect(tells!.contribution).toBeCloseTo(tells!.sample.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0) / 500, 9);
  expect(tells!.sample.some(({ value }) => value === null)).toBe(true);
  const mean = (of: readonly { contribution: number }[]) => of.reduce((sum, { contribution }) => sum + contribution, 0) / of.length;
  expect(mean(tells!.sample.filter(({ value }) => value !== null && value > 0.8))).toBeGreaterThan(mean(tells!.sample.filter(({ value }) => value !== null && value < 0.2)));
});

test("the same seed picks the same rows, another one others; only the heaviest features keep theirs", async () => {
  const some = await weighed({ rows: 10, sampled: 1 });
  expect(some.map(({ sample }) => sample.length)).toEqual([10, 0, 0, 0]);
  expect(await weighed({ rows: 10, sampled: 1 })).toEqual(some);
  expect((await weighed({ rows: 10, sampled: 1, seed: 2 }))[0]!.sample).not.toEqual(some[0]!.sample);
});
