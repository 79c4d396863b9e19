import { expect, test } from "vitest";
import { readingsBatch } from "../../api/score.ts";
import { batchExplanationSchema, explanationSchema, type BatchExplanation, type ExplanationAnswer, type Prediction } from "../../api/contract.ts";
import { featureNames, FeatureState } from "../../engine/features/features.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import smoke from "../../pipelines/smoke.ts";
import { stumpModel } from "../fixtures/model.ts";
import { bodyOf, message, startService, START_MS, type Service } from "./service.ts";

const readings = Array.from({ length: 30 }, (_, i) => message({ "TVOC[ppb]": i * 50, "PM2.5": i % 7, "Temperature[C]": i % 5 === 0 ? null : 20 + i / 10, "Pressure[hPa]": 900 + i }));

/** Features of readings that come alone, by the module that the engine uses. */
function featuresOf({ kernel }: Service, given: readonly Record<string, unknown>[]): Float32Array {
  const values = given.map((each) => ({ timeMs: START_MS, values: smoke.schema.fields.map(({ name }) => (each[name] as number | null) ?? NaN) }));
  using state = new FeatureState(kernel, smoke);
  const { at, rows, width } = state.push(readingsBatch(smoke.schema.fields.length, values));
  return kernel.f32(at, rows * width).slice();
}

test("contributions are those of the forest, with each feature's name, value and unit", async () => {
  await using service = await startService();
  const names = featureNames(smoke);
  const features = featuresOf(service, readings);
  const { forest } = service.models.current!;
  const expected = forest.contributions(features);
  const margins = forest.margins(features);
  const answer = await bodyOf<BatchExplanation>(service.post(readings, "/explain"));
  expect(answer).toEqual(batchExplanationSchema("fire").parse(answer));
  for (const [row, each] of answer.explanations.entries()) {
    if (!("margin" in each)) throw new Error("a failure");
    const own = expected.subarray(row * (names.length + 1), (row + 1) * (names.length + 1));
    const told = new Map(each.contributions.map(({ feature, contribution }) => [feature, contribution]));
    expect(names.map((name) => told.get(name) ?? 0)).toEqual([...own.subarray(0, -1)]);
    expect([each.margin, each.bias]).toEqual([margins[row], own.at(-1)]);
    for (const { feature, value } of each.contributions) expect(value ?? NaN).toBe(features[row * names.length + names.indexOf(feature)]);
  }
  expect(answer.explanations.some((each) => "contributions" in each && each.contributions.length > 5)).toBe(true);
});

test("bias and contributions come to the margin, by features and by fields, the largest first; the margin is the probability's", async () => {
  await using service = await startService();
  for (const reading of readings.slice(0, 6)) {
    const answer = await bodyOf<ExplanationAnswer>(service.post(reading, "/explain"));
    expect(answer).toEqual(explanationSchema("fire").parse(answer));
    for (const parts of [answer.contributions, answer.fields]) {
      const sum = parts.reduce((total, { contribution }) => total + contribution, answer.bias);
      expect(Math.abs(sum - answer.margin)).toBeLessThan(1e-6);
      const sizes = parts.map(({ contribution }) => Math.abs(contribution));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
    expect(answer.probability).toBeCloseTo(1 / (1 + Math.exp(-answer.margin)), 6);
    expect(answer.fields).toHaveLength(12);
    expect(answer.fields.find(({ field }) => field === "TVOC[ppb]")).toMatchObject({ unit: "ppb", value: reading["TVOC[ppb]"] });
    const { contributions: _, fields: __, margin: ___, bias: ____, ...prediction } = answer;
    expect(prediction).toEqual(await bodyOf<Prediction>(service.post(reading)));
  }
});

test("an array and the same under data are answered alike, a bad reading fails alone, and more than 100 are refused", async () => {
  await using service = await startService();
  const given = [readings[1], message({ CNT: "x" }), readings[2]];
  const answer = await bodyOf<BatchExplanation>(service.post(given, "/explain"));
  expect(answer.explanations.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(answer.explanations[1]).toMatchObject({ code: "MGV_FIELD_TYPE", errors: [{ pointer: "/1/CNT" }] });
  const alone = await bodyOf<ExplanationAnswer>(service.post(readings[2], "/explain"));
  expect(answer.explanations[2]).toMatchObject({ margin: alone.margin, contributions: alone.contributions });
  const wrapped = await bodyOf<BatchExplanation>(service.post({ data: given }, "/explain"));
  expect([wrapped.explanations[0], wrapped.explanations[2]]).toEqual([answer.explanations[0], answer.explanations[2]]);
  expect((await service.post(Array(101).fill(message()), "/explain")).status).toBe(413);
  expect((await service.post({}, "/explain")).status).toBe(422);
});

test("explanations are no predictions: they are not counted, and wait for a model", async () => {
  await using service = await startService();
  await service.post(message(), "/explain");
  expect(await (await service.app.request("/predictions/stats")).json()).toMatchObject({ total_predictions: 0 });
  await using without = await startService({ model: false });
  expect((await without.post(message(), "/explain")).status).toBe(503);
});

test("a model whose file does not say how many rows went where is refused with the reason", async () => {
  await using service = await startService({ model: false });
  const { forest, card } = stumpModel(smoke, "TVOC[ppb]", 1);
  await service.install(xgboostJson.write(withCard(forest, card)));
  const response = await service.post(message(), "/explain");
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: "MGV_MODEL_COVER" });
});
