import { expect, test } from "vitest";
import { readingsBatch } from "../../api/score.ts";
import { pipelineOf } from "../../commands/predict/readings-pipeline.ts";
import { featureNames } from "../../engine/features/features.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import smoke from "../../pipelines/smoke.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { ratios, travelling } from "../../pipelines/travelling.ts";

const travels = pipeline("smoke").from(topic("readings"), smokeSchema).features(travelling(), ratios());

test("twelve fields, five ratios, three kinds over three spans, baseline and alone, each by a name of its own", () => {
  const names = featureNames(travels);
  expect(names).toHaveLength(12 + 5 + 12 * (3 * 3 + 2));
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(12, 17)).toEqual(["TVOC / eCO2", "Raw H2 / Raw Ethanol", "PM1.0 / PM2.5", "NC0.5 / NC1.0", "NC1.0 / NC2.5"]);
});

test("of a single reading fields and ratios are there, and fields once more as those of one that is alone", () => {
  const values = smokeSchema.fields.map((_, i) => i + 1);
  const features = referenceFeatures(travels, readingsBatch(values.length, [{ timeMs: 0, values }]));
  expect(features.subarray(0, 17).some(Number.isNaN)).toBe(false);
  expect(features.subarray(17, -12).every(Number.isNaN)).toBe(true);
  expect(features.subarray(-12)).toEqual(features.subarray(0, 12));
});

test("a model of the travelling set is scored from readings by that set", () => {
  const card = { pipeline: "smoke", features: featureNames(travels) } as unknown as ModelCard;
  expect(featureNames(pipelineOf(card, smoke))).toEqual(featureNames(travels));
});
