import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { referenceLeaves, referenceMargins } from "../../../kernel-as/model/reference.ts";
import type { ForestModel } from "../../../kernel-as/model/forest.ts";
import { pack } from "../../../kernel-as/model/pack/packed-tree.ts";
import { randomForest, randomRows } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

const kernels = { release: await loadKernel(), debug: await loadKernel({ build: "debug" }) };

const forests = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  family: fc.constantFrom("xgboost", "lightgbm"),
  features: fc.integer({ min: 1, max: 9 }),
  trees: fc.integer({ min: 0, max: 11 }),
  leaves: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 9, max: 70 }), fc.constantFrom(255, 256, 257)),
  outputs: fc.constantFrom(1, 1, 3),
  categorical: fc.constantFrom(0, 0, 0.3),
  special: fc.constantFrom("none", "none", "none", "weights", "own"),
  mixedMissing: fc.boolean(),
  rows: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 10, max: 150 }), fc.constant(1025)),
} as const);

function forestOf({ seed, special, ...options }: { seed: number; special: string } & Omit<Parameters<typeof randomForest>[1], "special">): { model: ForestModel; next: () => number } {
  const next = random(seed);
  const own = options.family === "xgboost" ? "vectors" : "linear";
  const weights = options.family === "xgboost" ? "weights" : "none";
  return { model: randomForest(next, { ...options, special: special === "own" ? own : special === "weights" ? weights : "none" }), next };
}

test.each(["release", "debug"] as const)("the %s kernel gives the oracle's bits by the walk, the interpreter and generated code, and its leaves", async (build) => {
  const kernel = kernels[build];
  await fc.assert(
    fc.asyncProperty(forests, async ({ rows, ...options }) => {
      const { model, next } = forestOf(options);
      const features = randomRows(next, model, rows);
      const width = model.featureCount;
      const row = (i: number) => features.subarray(i * width, (i + 1) * width);
      const expected = Array.from({ length: rows }, (_, i) => referenceMargins(model, row(i))).flat();
      for (const tier of ["walk", "interpreter", "generated"] as const) {
        using forest = new Forest(kernel, model, { tier });
        await forest.ready();
        expect(forest.tier).toBe(pack(model) === null ? "walk" : tier);
        expect([tier, ...forest.margins(features)]).toEqual([tier, ...expected]);
        if (tier !== "walk") continue;
        expect([...forest.leaves(features)]).toEqual(Array.from({ length: rows }, (_, i) => referenceLeaves(model, row(i))).flat());
      }
    }),
    { numRuns: build === "release" ? 200 : 50 },
  );
});
