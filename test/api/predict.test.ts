import { expect, test } from "vitest";
import { batchSchema, predictionSchema, type BatchAnswer, type BatchEntry, type Prediction } from "../../api/contract.ts";
import { readingsBatch } from "../../api/score.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { sigmoidF32 } from "../../kernel-as/model/objective.ts";
import { referenceMargins } from "../../kernel-as/model/reference.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { bodyOf, card, message, startService, START_MS, trainingBatch } from "./service.ts";

const bare = (name: string) => name.replace(/\[.*\]$/, "");
const withoutBrackets = (reading: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(reading).map(([name, value]) => [bare(name), value]));

/** The entries of a batch none of which failed. */
async function scored(answer: Promise<Response>): Promise<BatchEntry[]> {
  const { predictions } = await bodyOf<BatchAnswer>(answer);
  return predictions.map((entry) => {
    if ("error" in entry) throw new Error(entry.error);
    return entry;
  });
}

/** A hundred readings that differ, nulls among them, as messages. */
const readings = (() => {
  const { columns } = trainingBatch();
  return Array.from({ length: 100 }, (_, i) => {
    const values = smoke.schema.fields.map((field, index) => {
      const value = columns[index]![i * 3]!;
      return [field.name, Number.isNaN(value) ? null : value] as const;
    });
    return message(Object.fromEntries(values));
  });
})();

test("a single reading is answered with its prediction, and with nothing that the contract does not name", async () => {
  await using service = await startService();
  const response = await service.post(message({ "PM2.5": null }));
  expect(response.status).toBe(200);
  const body = await bodyOf<Prediction>(response);
  expect(body).toEqual(predictionSchema("fire").parse(body));
  expect(body).toMatchObject({
    prediction: 0,
    prediction_label: "no_fire",
    threshold: 0.4,
    model_version: service.models.current!.version,
    model_info: { trained_on: "simulated", version: service.models.current!.version },
    missing: ["PM2.5"],
    window: { readings: 1 },
    timestamp: new Date(START_MS + 90_000).toISOString(),
    processing_time_seconds: 0,
  });
  expect(body.confidence).toEqual({ fire: body.probability, no_fire: 1 - body.probability });
});

test("names with and without brackets give the same answer", async () => {
  await using service = await startService();
  const answers: Prediction[] = [];
  for (const reading of [readings[10]!, withoutBrackets(readings[10]!)]) answers.push(await bodyOf(service.post(reading)));
  expect(Object.keys(withoutBrackets(readings[10]!))).toContain("Temperature");
  expect(answers[1]).toEqual(answers[0]);
});

test("every probability is the reference's, to the bit, alone and in an array", async () => {
  await using service = await startService();
  const expected = readings.map((reading) => {
    const values = smoke.schema.fields.map(({ name }) => (reading[name] as number | null) ?? NaN);
    const features = referenceFeatures(smoke, readingsBatch(values.length, [{ timeMs: START_MS, values }]));
    return sigmoidF32(referenceMargins(service.forest, features)[0]!);
  });
  expect(new Set(expected).size).toBeGreaterThan(10);

  expect((await scored(service.post(readings))).map((each) => each.probability)).toEqual(expected);
  for (const row of [0, 11, 57]) {
    expect((await bodyOf<Prediction>(service.post(readings[row]))).probability).toBe(expected[row]);
  }
});

test("the label is fire from the model's threshold on, the threshold itself included", async () => {
  await using service = await startService();
  const probabilities = (await scored(service.post(readings))).map((each) => each.probability);
  const threshold = probabilities.toSorted((a, b) => a - b)[30]!;
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, threshold })));
  const labels = (await scored(service.post(readings))).map((each) => each.prediction_label);
  expect(labels).toEqual(probabilities.map((probability) => (probability >= threshold ? "fire" : "no_fire")));
  expect(new Set(labels).size).toBe(2);
});

test("an array and the same array under data are answered alike, and the summary counts the entries", async () => {
  await using service = await startService();
  const array = await bodyOf<BatchAnswer>(service.post(readings));
  const wrapped = await bodyOf<BatchAnswer>(service.post({ data: readings }));
  expect(wrapped).toEqual(array);
  expect(array).toEqual(batchSchema("fire").parse(array));
  const fire = array.predictions.filter((each) => "prediction" in each && each.prediction === 1).length;
  expect(fire).toBeGreaterThan(0);
  // Both requests are counted.
  expect(await service.metrics.text()).toMatch(new RegExp(`^mangrove_predictions_total\\{result="fire".*source="http"\\} ${2 * fire}$`, "m"));
  expect(array.summary).toEqual({
    total_samples: 100,
    successful_predictions: 100,
    fire_detections: fire,
    fire_predictions: fire,
    no_fire_detections: 100 - fire,
    no_fire_predictions: 100 - fire,
    errors: 0,
  });
});

test("readings of one array know nothing of each other", async () => {
  await using service = await startService();
  const alone = await bodyOf<Prediction>(service.post(readings[5]));
  const predictions = await scored(service.post([readings[4], readings[5], readings[5]]));
  expect(predictions.map((each) => each.probability).slice(1)).toEqual([alone.probability, alone.probability]);
});

test("a bad reading of an array fails its own entry and no other", async () => {
  await using service = await startService();
  const response = await service.post({ data: [message(), message({ "Humidity[%]": 101, "Raw H2": "x" }), [message()], message()] });
  expect(response.status).toBe(200);
  const body = await bodyOf<BatchAnswer>(response);
  expect(body).toEqual(batchSchema("fire").parse(body));
  expect(body.summary).toMatchObject({ total_samples: 4, successful_predictions: 2, errors: 2 });
  expect(body.predictions[1]).toMatchObject({
    index: 1,
    code: "MGV_FIELD_RANGE",
    errors: [
      { pointer: "/data/1/Humidity[%]", code: "MGV_FIELD_RANGE" },
      { pointer: "/data/1/Raw H2", code: "MGV_FIELD_TYPE" },
    ],
  });
  expect(body.predictions[2]).toMatchObject({ index: 2, code: "MGV_JSON", errors: [{ pointer: "/data/2" }] });
  expect(body.predictions[3]).toEqual({ ...body.predictions[0], index: 3 });
});

test.each([
  ["without a time", { UTC: undefined }],
  ["with a null time", { UTC: null }],
  ["with an ISO time", { UTC: "2022-06-09T00:08:51Z" }],
  ["without CNT, which is no feature", { CNT: undefined }],
  ["with unknown keys", { location: "kitchen", data: "none" }],
  ["with a label in quotes", { "Fire Alarm": "1" }],
  ["at the ends of its ranges", { "Temperature[C]": -40, "Humidity[%]": 100 }],
])("a reading %s is scored", async (_, changes) => {
  await using service = await startService();
  const response = await service.post(message(changes));
  expect(response.status).toBe(200);
  expect((await bodyOf<Prediction>(response)).missing).toEqual([]);
});

test('null and "NULL" are missing values, and named as such', async () => {
  await using service = await startService();
  const response = await service.post(message({ "Temperature[C]": null, NC1_0: "NULL", "NC1.0": undefined }));
  expect(response.status).toBe(200);
  expect((await bodyOf<Prediction>(response)).missing).toEqual(["Temperature[C]", "NC1.0"]);
});

test("a thousand readings are taken, and kernel memory does not grow with requests", async () => {
  await using service = await startService();
  const thousand = Array.from({ length: 1_000 }, (_, i) => readings[i % readings.length]);
  expect(await scored(service.post(thousand))).toHaveLength(1_000);
  const before = service.kernel.calls.memory.buffer.byteLength;
  for (let i = 0; i < 20; i++) await service.post(thousand);
  expect(service.kernel.calls.memory.buffer.byteLength).toBe(before);
});

test("a model with a calibration answers calibrated probabilities beside its own, and decides by its own", async () => {
  await using service = await startService();
  const plain = await scored(service.post(readings));
  expect(plain.map(({ calibrated_probability }) => calibrated_probability)).toEqual(readings.map(() => null));
  const calibration = { kind: "isotonic", from: [0, 1], to: [0, 0.5] } as const;
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, calibration })));
  const calibrated = await scored(service.post(readings));
  for (const [i, entry] of calibrated.entries()) {
    expect(entry.calibrated_probability).toBeCloseTo(entry.probability / 2, 12);
    expect([entry.probability, entry.prediction]).toEqual([plain[i]!.probability, plain[i]!.prediction]);
  }
  const single = await bodyOf<Prediction>(service.post(message()));
  expect(single).toEqual(predictionSchema("fire").parse(single));
  expect(single.calibrated_probability).toBeCloseTo(single.probability / 2, 12);
});
