import { expect, test } from "vitest";
import { driftSchema, type DriftAnswer } from "../../api/contract.ts";
import { parseArguments } from "../../commands/command.ts";
import { engineCommand } from "../../commands/engine.ts";
import { fieldsSeenIn } from "../../commands/fields-seen-in.ts";
import { readConfig } from "../../engine/config.ts";
import { HistorySink } from "../../engine/history/history-sink.ts";
import type { Batch } from "../../engine/batch.ts";
import type { FieldReference } from "../../kernel-as/model/field-reference.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { featureFields } from "../../kernel-as/schema.ts";
import smoke from "../../pipelines/smoke.ts";
import { fieldReferences } from "../../trainer/field-references.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { bodyOf, card, startService, START_MS, trainingBatch } from "./service.ts";

const fields = featureFields(smoke.schema);
const names = fields.map((index) => smoke.schema.fields[index]!.name);

/** The training rows of the service's model, which are few, or as many as it takes. */
function referencesOf(batch: Batch, times: number): FieldReference[] {
  const rows = batch.count * times;
  const features = Float32Array.from({ length: rows * fields.length }, (_, i) => batch.columns[fields[i % fields.length]!]![Math.floor(i / fields.length) % batch.count]!);
  return fieldReferences({ features, featureNames: names, fieldFeatures: fields.length, rows });
}

/** A service beside a history of these batches. */
async function beside(batches: readonly Batch[], references?: readonly FieldReference[]) {
  const folder = await temporaryFolder();
  {
    await using sink = await HistorySink.open({ pipeline: smoke, directory: folder.path, run: "r" });
    for (const batch of batches) await sink.write({ batch, late: new Uint8Array(batch.count), scores: null, scored: null, encodePredictions: null, trial: null, alerts: [], rows: [], lateForWindows: 0, deadLetters: [], journal: [] });
    await sink.flush();
  }
  const given = parseArguments(engineCommand, ["--history", folder.path]);
  const service = await startService({ app: fieldsSeenIn(given, { config: readConfig({}), pipeline: smoke }) });
  if (references) await service.install(xgboostJson.write(withCard(service.forest, { ...card, reference: references })));
  return {
    ...service,
    ask: (query = "") => service.app.request(`/drift${query}`),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const placed = (batch: Batch, { hours = 0, from = 0, change = (value: number, _field: number) => value } = {}): Batch => ({
  ...batch,
  topic: smoke.readings,
  offsets: batch.offsets.map((offset) => offset + from),
  timesMs: batch.timesMs.map((timeMs) => timeMs + hours * 3_600_000),
  columns: batch.columns.map((column, field) => column.map((value) => change(value, field))),
});

test("readings as the model was trained on have not drifted, and by the counts of a plain look at them", async () => {
  const batch = trainingBatch();
  await using at = await beside([placed(batch)], referencesOf(batch, 4));
  const answer = await bodyOf<DriftAnswer>(at.ask());
  expect(driftSchema.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ status: "compared", drifted: false, drifted_share: 0, readings: 400, hours: 24, from: new Date(START_MS).toISOString() });
  expect(answer.fields.map(({ field }) => field).sort()).toEqual([...names].sort());
  for (const { field, method, distance, values, missing_share } of answer.fields) {
    const column = batch.columns[smoke.schema.fields.findIndex(({ name }) => name === field)]!;
    const there = column.filter((value) => !Number.isNaN(value)).length;
    expect([method, values]).toEqual(["wasserstein", { reference: there * 4, seen: there }]);
    expect(distance).toBeLessThan(1e-9);
    expect(missing_share.seen).toBeCloseTo(1 - there / 400, 12);
  }
});

test("fields that have changed come first, and half of them make a drift of all; what is older than the hours does not count", async () => {
  const batch = trainingBatch();
  const references = referencesOf(batch, 4);
  const warm = (value: number, field: number) => value + (field === fields[2] ? 30 : field === fields[0] ? 8 : 0);
  await using at = await beside([placed(batch), placed(batch, { hours: 30, from: 1000, change: warm })], references);
  const answer = await bodyOf<DriftAnswer>(at.ask("?hours=5"));
  expect(answer).toMatchObject({ status: "compared", readings: 400, drifted: false, detail: "2 of 12 fields have drifted." });
  expect(answer.fields.slice(0, 3).map(({ field, drifted }) => [field, drifted])).toEqual([[names[2], true], [names[0], true], [expect.any(String), false]]);
  expect((await bodyOf<DriftAnswer>(at.ask("?hours=100"))).readings).toBe(800);

  await using all = await beside([placed(batch, { change: (value) => value * 3 + 50 })], references);
  expect(await bodyOf<DriftAnswer>(all.ask())).toMatchObject({ drifted: true, drifted_share: 1 });
});

test("few rows to train on are asked for by how likely chance is", async () => {
  const batch = trainingBatch();
  await using at = await beside([placed(batch)], referencesOf(batch, 1));
  const { fields: found } = await bodyOf<DriftAnswer>(at.ask());
  expect(new Set(found.map(({ method, drifted }) => `${method} ${drifted}`))).toEqual(new Set(["ks false"]));
});

test("too few readings, an empty history, and a model without a reference say so instead of a figure", async () => {
  const batch = trainingBatch();
  const few = { ...batch, count: 50, ...Object.fromEntries((["offsets", "appendTimesMs", "timesMs", "sensors", "labels"] as const).map((key) => [key, batch[key].slice(0, 50)])), columns: batch.columns.map((column) => column.slice(0, 50)) };
  await using at = await beside([placed(few)], referencesOf(batch, 4));
  expect(await bodyOf<DriftAnswer>(at.ask())).toMatchObject({ status: "too_few_readings", readings: 50, drifted: null, drifted_share: null, fields: expect.arrayContaining([expect.objectContaining({ distance: null, drifted: null })]) });
  await using empty = await beside([], referencesOf(batch, 4));
  expect(await bodyOf<DriftAnswer>(empty.ask())).toMatchObject({ status: "too_few_readings", readings: 0, from: null });
  await using none = await beside([placed(batch)]);
  const answer = await bodyOf<DriftAnswer>(none.ask());
  expect(driftSchema.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ status: "no_reference", readings: null, drifted: null, fields: [] });
});

test("hours are a whole number from 1 to 720", async () => {
  await using service = await startService();
  for (const query of ["hour=1", "hours=1&hours=2", "sensor=kitchen"]) expect((await service.app.request(`/drift?${query}`)).status, query).toBe(400);
  for (const hours of ["0", "721", "1.5", "day", ""]) expect((await service.app.request(`/drift?hours=${hours}`)).status, hours).toBe(400);
});

test("without a history to look at, or a model, it is a 503", async () => {
  await using service = await startService({ model: false });
  expect((await service.app.request("/drift")).status).toBe(503);
  await using bare = await startService();
  await bare.install(xgboostJson.write(withCard(bare.forest, { ...card, reference: referencesOf(trainingBatch(), 1) })));
  expect((await bare.app.request("/drift")).status).toBe(503);
});
