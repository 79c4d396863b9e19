import { z } from "@hono/zod-openapi";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { batchLineSchema, batchSchema, predictionSchema, type BatchEntry, type BatchFailure } from "../../api/contract.ts";
import { writerOf } from "../../api/json-writer.ts";

const number = fc.double();
const scores = {
  prediction: fc.constantFrom(0 as const, 1 as const),
  prediction_label: fc.constantFrom("no_fire" as const, "fire" as const),
  probability: number,
  calibrated_probability: fc.option(number),
  confidence: fc.record({ no_fire: number, fire: number }),
  threshold: number,
  model_version: fc.string({ unit: "binary" }),
  missing: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
  window: fc.record({ readings: fc.nat() }),
};
const model_info = fc.record({ algorithm: fc.string(), version: fc.string(), trained_on: fc.string() });
const frame = { processing_time_seconds: number, timestamp: fc.string(), model_info };
const entry: fc.Arbitrary<BatchEntry> = fc.record({ index: fc.nat(), ...scores });
const failure: fc.Arbitrary<BatchFailure> = fc.record({ index: fc.nat(), error: fc.string(), details: fc.string(), code: fc.constant("MGV_JSON" as const), errors: fc.array(fc.record({ pointer: fc.string(), code: fc.constant("MGV_TIME" as const), detail: fc.string() }), { maxLength: 2 }) });
const summary = fc.record({ total_samples: fc.nat(), successful_predictions: fc.nat(), fire_detections: fc.nat(), fire_predictions: fc.nat(), no_fire_detections: fc.nat(), no_fire_predictions: fc.nat(), errors: fc.nat() });

test("answers are written as JSON.stringify writes them, byte for byte, whatever their values", () => {
  const [one, many, line] = [writerOf(predictionSchema("fire")), writerOf(batchSchema("fire")), writerOf(batchLineSchema("fire"))];
  fc.assert(fc.property(fc.record({ ...scores, ...frame }), (value) => { expect(one(value)).toBe(JSON.stringify(value)); }));
  fc.assert(fc.property(fc.record({ predictions: fc.array(fc.oneof(entry, failure), { maxLength: 4 }), summary, ...frame }), (value) => { expect(many(value)).toBe(JSON.stringify(value)); }));
  fc.assert(fc.property(fc.oneof(entry, failure, fc.record({ summary, processing_time_seconds: number, model_info })), (value) => { expect(line(value)).toBe(JSON.stringify(value)); }));
});

test("what may be absent is left out, and what has no form of its own is written all the same", () => {
  const schema = z.object({ a: z.number().optional(), "b\"": z.record(z.string(), z.number()), c: z.union([z.string(), z.number()]), d: z.boolean() });
  const write = writerOf(schema);
  for (const value of [{ a: 1, 'b"': { x: 1 }, c: "é\u2028\n", d: true }, { 'b"': {}, c: -0, d: false }]) expect(write(value)).toBe(JSON.stringify(value));
});
