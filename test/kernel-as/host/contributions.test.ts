import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MangroveError } from "../../../kernel-as/errors.ts";
import { KernelFloats } from "../../../kernel-as/host/array.ts";
import { Contributions } from "../../../kernel-as/host/contributions.ts";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { ForestModel } from "../../../kernel-as/model/forest.ts";
import { readModel } from "../../../kernel-as/model/formats/formats.ts";
import { referenceContributions } from "../../../kernel-as/model/reference-contributions.ts";
import { referenceMargins } from "../../../kernel-as/model/reference.ts";
import { randomForest, randomRows, withCovers, type RandomForest } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

const kernels = { release: await loadKernel(), debug: await loadKernel({ build: "debug" }) };
const kernel = kernels.release;

function modelOf(seed: number, changes: Partial<RandomForest> = {}): ForestModel {
  const next = random(seed);
  return withCovers(next, randomForest(next, { family: "xgboost", features: 6, trees: 10, leaves: 30, outputs: 1, categorical: 0, special: "none", ...changes }));
}

/** In f64 for both families. */
function contributionsOf(model: ForestModel, rows: Float64Array, on = kernel): Float64Array {
  using contributions = new Contributions(on, model);
  using input = new KernelFloats(on, model.family === "xgboost" ? 4 : 8);
  const count = rows.length / model.featureCount;
  const at = input.atLeast(rows.length);
  input.view.set(rows);
  const out = new Float64Array(count * model.outputs * (model.featureCount + 1)).fill(NaN);
  contributions.write(at, count, out, 0);
  return out;
}

/** The greatest distance, in parts of the sum of an output's magnitudes. */
function distance(model: ForestModel, ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  const width = model.featureCount + 1;
  let most = ours.length === theirs.length ? 0 : Infinity;
  for (let first = 0; first < theirs.length; first += width) {
    let sum = 1;
    for (let i = first; i < first + width; i++) sum += Math.abs(theirs[i]!);
    for (let i = first; i < first + width; i++) most = Math.max(most, Math.abs(ours[i]! - theirs[i]!) / sum);
  }
  return most;
}

function oracleOf(model: ForestModel, rows: Float64Array): number[] {
  const width = model.featureCount;
  return Array.from({ length: rows.length / width }, (_, row) => referenceContributions(model, rows.subarray(row * width, (row + 1) * width))).flat(2);
}

test.each(["release", "debug"] as const)("the %s kernel gives the oracle's contributions", (build) => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 1, max: 1e9 }),
        family: fc.constantFrom("xgboost", "lightgbm"),
        features: fc.integer({ min: 1, max: 30 }),
        trees: fc.integer({ min: 0, max: 7 }),
        leaves: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 9, max: 90 }), fc.constant(300)),
        outputs: fc.constantFrom(1, 1, 3),
        categorical: fc.constantFrom(0, 0, 0.3),
        special: fc.constantFrom("none", "none", "own"),
        mixedMissing: fc.boolean(),
        rows: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(17)),
      } as const),
      ({ seed, special, rows, ...options }) => {
        const own = options.family === "xgboost" ? (seed % 2 === 0 ? "vectors" : "weights") : "none";
        const model = modelOf(seed, { ...options, special: special === "own" ? own : "none" });
        const features = randomRows(random(seed + 1), model, rows);
        expect(distance(model, contributionsOf(model, features, kernels[build]), oracleOf(model, features))).toBeLessThan(1e-10);
      },
    ),
    { numRuns: build === "release" ? 150 : 30 },
  );
});

/** A chain: each node has a leaf on its left and the next node on its right; node i asks feature i of `features`. */
function chain(nodes: number, features: number): ForestModel {
  const model = modelOf(3, { features, trees: 1, leaves: nodes + 1, family: "lightgbm" });
  const tree = model.trees[0]!;
  for (let node = 0; node < nodes; node++) {
    tree.left[node] = nodes + node;
    tree.right[node] = node === nodes - 1 ? 2 * nodes : node + 1;
    tree.feature[node] = node % features;
    tree.split[node] = -node;
    tree.count![node] = 10 * (nodes - node) + 1;
    tree.count![nodes + node] = 10;
  }
  tree.count![2 * nodes] = 1;
  return model;
}

describe("paths", () => {
  test.each([1, 7, 8, 9, 15, 16, 17, 24, 25, 40, 80])("of %i different features are exact, with as many points as they need", (features) => {
    const model = chain(features, features);
    const rows = randomRows(random(features), model, 20);
    expect(distance(model, contributionsOf(model, rows), oracleOf(model, rows))).toBeLessThan(1e-11);
  });

  test.each([1, 2, 5])("of 300 splits on %i features", (features) => {
    const model = chain(300, features);
    const rows = Float64Array.from({ length: 20 * features }, (_, i) => -((i * 17) % 310));
    expect(distance(model, contributionsOf(model, rows), oracleOf(model, rows))).toBeLessThan(1e-11);
  });
});

test.each(["xgboost", "lightgbm"] as const)("contributions of %s add up to the margin", (family) => {
  const model = modelOf(5, { family, trees: 100, outputs: 2 });
  using forest = new Forest(kernel, model);
  const rows = randomRows(random(6), model, 700);
  const contributions = forest.contributions(rows);
  const margins = forest.margins(rows);
  expect(contributions).toBeInstanceOf(margins.constructor);
  for (let i = 0; i < margins.length; i++) {
    const all = Array.from(contributions.subarray(i * 7, (i + 1) * 7));
    const magnitude = all.reduce((sum, each) => sum + Math.abs(each), 0);
    expect(Math.abs(all.reduce((sum, each) => sum + each, 0) - margins[i]!)).toBeLessThan((family === "xgboost" ? 1e-6 : 1e-12) * magnitude);
  }
});

test("of every golden model they add up to the library's margins, or are refused", () => {
  const folder = fileURLToPath(new URL("../../goldens/", import.meta.url));
  const refused: string[] = [];
  for (const name of ["xgboost", "lightgbm"].flatMap((family) => readdirSync(`${folder}${family}`).map((file) => `${family}/${file}`))) {
    if (name.endsWith(".expected.json")) continue;
    const { model } = readModel(new Uint8Array(readFileSync(folder + name)));
    const expected = JSON.parse(readFileSync((folder + name).replace(/\.\w+$/, ".expected.json"), "utf8")) as { rows: string; margins: string };
    const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64")).buffer;
    const margins = model.family === "xgboost" ? new Float32Array(bytes(expected.margins)) : new Float64Array(bytes(expected.margins));
    try {
      const contributions = contributionsOf(model, new Float64Array(bytes(expected.rows)));
      const width = model.featureCount + 1;
      expect(contributions).toHaveLength(margins.length * width);
      margins.forEach((margin, i) => {
        const sum = contributions.subarray(i * width, (i + 1) * width).reduce((all, each) => all + each, 0);
        expect(Math.abs(sum - margin) / (1 + Math.abs(margin)), name).toBeLessThan(1e-6);
      });
    } catch (thrown) {
      if (!(thrown instanceof MangroveError)) throw thrown;
      refused.push(`${name} ${thrown.code}`);
    }
  }
  expect(refused.sort()).toEqual(["lightgbm/linear.txt MGV_MODEL_UNSUPPORTED", "xgboost/vector-2.1.json MGV_MODEL_COVER", "xgboost/vector-3.0.ubj MGV_MODEL_COVER"]);
});

test("rows do not depend on the batch that they come in", () => {
  const model = modelOf(7, { outputs: 3 });
  using forest = new Forest(kernel, model);
  const rows = randomRows(random(8), model, 1500);
  const whole = forest.contributions(rows);
  for (const [first, last] of [[0, 1], [3, 20], [255, 258], [900, 1500]] as const) {
    expect(forest.contributions(rows.subarray(first * 6, last * 6))).toEqual(whole.subarray(first * 21, last * 21));
  }
  expect(forest.contributions(rows, whole.slice().fill(NaN))).toEqual(whole);
});

test("trees that cannot be ranked together are ranked apart", () => {
  const model = modelOf(9, { features: 3, trees: 60, leaves: 100, categorical: 1 });
  const rows = randomRows(random(10), model, 6);
  expect(distance(model, contributionsOf(model, rows), oracleOf(model, rows))).toBeLessThan(1e-12);
});

test("kernel memory is given back", () => {
  const model = modelOf(11, { trees: 40, outputs: 2 });
  const rows = randomRows(random(12), model, 600);
  const bytes = () => kernel.calls.memory.buffer.byteLength;
  let before = 0;
  for (let i = 0; i < 100; i++) {
    using forest = new Forest(kernel, model);
    forest.contributions(rows);
    if (i === 1) before = bytes();
  }
  expect(bytes()).toBe(before);
});

describe("what cannot be explained is refused in words", () => {
  const row = new Float64Array(6);

  test("a file that does not say how many rows came to its nodes", () => {
    for (const family of ["xgboost", "lightgbm"] as const) {
      using forest = new Forest(kernel, randomForest(random(1), { family, features: 6, trees: 3, leaves: 5, outputs: 1, categorical: 0, special: "none" }));
      expect(() => forest.contributions(row)).toThrow(expect.objectContaining({ code: "MGV_MODEL_COVER", message: expect.stringContaining("tree 0 has 0 at node 0") as string }));
    }
  });

  test.each([NaN, -1, Infinity])("a cover of %f", (cover) => {
    for (const node of [0, 8]) {
      const model = modelOf(13, { trees: 1, leaves: 5 });
      model.trees[0]!.cover[node] = cover;
      expect(() => contributionsOf(model, row)).toThrow(expect.objectContaining({ code: "MGV_MODEL_COVER" }));
    }
  });

  test("linear leaves", () => {
    using forest = new Forest(kernel, modelOf(14, { family: "lightgbm", special: "linear" }));
    expect(() => forest.contributions(row)).toThrow(expect.objectContaining({ code: "MGV_MODEL_UNSUPPORTED" }));
    expect(forest.margins(row)).toEqual(Float64Array.from(referenceMargins(forest.model, row)));
  });

  test("an out that does not fit, and a forest that is closed", () => {
    const forest = new Forest(kernel, modelOf(15));
    expect(() => forest.contributions(row, new Float32Array(6))).toThrow("out must be a Float32Array of 7 numbers");
    forest.contributions(row);
    forest.close();
    expect(() => forest.contributions(row)).toThrow("The forest is closed");
  });
});
