import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FeatureState, type FeatureSpec } from "../../../engine/features/features.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import smoke from "../../../pipelines/smoke.ts";
import { batchOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const all = ["level", "change", "slope", "spread", "baseline", "alone"] as const;
const spec: FeatureSpec = { schema: smallSchema, spansMs: [3000, 20_000], trailing: all, maxOutOfOrdernessMs: 10_000 };

type Reading = Parameters<typeof batchOf>[0][number];

function push(state: FeatureState, reading: Reading, sensor: number): { features: number[]; readings: number } {
  const rows = state.push({ ...batchOf([reading]), sensors: Uint32Array.of(sensor) });
  return { features: Array.from(kernel.f32(rows.at, rows.width)), readings: kernel.u32(rows.readingsAt, 1)[0]! };
}

const readings = fc.array(
  fc.tuple(fc.constantFrom("s1", "s2"), fc.integer({ min: 0, max: 600 }).map((tenths) => tenths * 100), fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(NaN)), fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(0)),
  { minLength: 1, maxLength: 120 },
);

test("a copy of a sensor gives its next readings the features that the sensor itself gives them, late ones too, bit for bit", () => {
  fc.assert(
    fc.property(readings, readings, (before, after) => {
      using state = new FeatureState(kernel, spec);
      using copied = new FeatureState(kernel, spec);
      copied.push(batchOf(after)); // what a number had before is gone with the copy
      for (const reading of before) push(state, reading, reading[0] === "s1" ? 1 : 2);
      for (const sensor of [1, 2]) copied.copy(sensor, state, sensor);
      for (const reading of after) {
        const sensor = reading[0] === "s1" ? 1 : 2;
        expect(push(copied, reading, sensor)).toEqual(push(state, reading, sensor));
      }
    }),
  );
});

test("a sensor that is copied is left as it was", () => {
  fc.assert(
    fc.property(readings, readings, (before, after) => {
      using state = new FeatureState(kernel, spec);
      using alone = new FeatureState(kernel, spec);
      using copied = new FeatureState(kernel, spec);
      for (const reading of before) for (const each of [state, alone]) push(each, reading, 0);
      for (const reading of after) {
        copied.copy(3, state, 0);
        push(copied, reading, 3);
        expect(push(state, reading, 0)).toEqual(push(alone, reading, 0));
      }
    }),
    { numRuns: 30 },
  );
});

test("of a sensor that is not known there is nothing to copy, and the next reading is alone", () => {
  using state = new FeatureState(kernel, smoke);
  using copied = new FeatureState(kernel, smoke);
  expect(copied.copy(0, state, 7)).toBe(0);
});
