import { expect, test } from "vitest";
import { batchValidationSchema, sensorSchema, validationSchema, type BatchValidation, type Problem, type SensorSchema, type ValidationAnswer } from "../../api/contract.ts";
import type { ModelShelf } from "../../api/options.ts";
import { warningsOf } from "../../api/warnings.ts";
import { modelShelf } from "../../commands/model/model-shelf.ts";
import smoke from "../../pipelines/smoke.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { bodyOf, message, startService, START_MS } from "./service.ts";

test.each([
  ["a good reading", {}],
  ["names without brackets", { "Temperature[C]": undefined, Temperature: 20 }],
  ["a missing key", { "Raw H2": undefined }],
  ["a string", { "Temperature[C]": "21.5" }],
  ["an array", { "PM1.0": [1] }],
  ["a value out of range, and a time that is none", { "Humidity[%]": 101, UTC: "yesterday" }],
])("%s is valid if and only if it is scored, for the same reasons", async (_, changes) => {
  await using service = await startService();
  const response = await service.post(message(changes), "/validate");
  expect(response.status).toBe(200);
  const body = await bodyOf<ValidationAnswer>(response);
  expect(body).toEqual(validationSchema.parse(body));
  const predicted = await service.post(message(changes));
  expect([body.valid, body.is_valid]).toEqual([predicted.ok, predicted.ok]);
  const { errors = [] } = await bodyOf<Problem>(predicted);
  expect(body.field_errors).toEqual(errors);
  expect(body.errors).toEqual(errors.map(({ detail }) => detail));
});

test("every reading of an array is judged, also where all are bad, and nothing is scored", async () => {
  await using service = await startService();
  const given = [message(), message({ CNT: -1 }), 5, null, message({ colour: "red" })];
  for (const [body, prefix] of [[given, ""], [{ data: given }, "/data"]] as const) {
    const answer = await bodyOf<BatchValidation>(service.post(body, "/validate"));
    expect(answer).toEqual(batchValidationSchema.parse(answer));
    expect(answer).toMatchObject({ valid: false, is_valid: false, summary: { total: 5, valid: 2, invalid: 3, with_warnings: 1 } });
    expect(answer.results.map(({ valid }) => valid)).toEqual([true, false, false, false, true]);
    expect(answer.results[1]!.field_errors).toMatchObject([{ pointer: `${prefix}/1/CNT`, code: "MGV_FIELD_RANGE" }]);
    expect(answer.results[4]!.field_warnings).toMatchObject([{ pointer: `${prefix}/4/colour` }]);
  }
  expect((await bodyOf<BatchValidation>(service.post([1, "x"], "/validate"))).summary).toMatchObject({ invalid: 2 });
  expect(await (await service.app.request("/predictions/stats")).json()).toMatchObject({ total_predictions: 0 });
});

test("what is no JSON, nothing, or too much is refused", async () => {
  await using service = await startService({ model: false });
  const send = (body: string) => service.app.request("/validate", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  expect((await send("{")).status).toBe(400);
  expect((await send("[]")).status).toBe(400);
  expect((await send(`[${Array(1_001).fill("{}").join()}]`)).status).toBe(413);
  expect(await (await send(JSON.stringify(message()))).json()).toMatchObject({ valid: true, warnings: [] });
});

const oddness = { schema: smoke.schema, maxAheadMs: 300_000, nowMs: START_MS, seen: [{ field: "Temperature[C]", least: 10, most: 30 }] };
const calm = { timeMs: START_MS, values: smoke.schema.fields.map((_, i): number => (i === 0 ? 20 : 1)) };
const pointers = (...given: Parameters<typeof warningsOf>) => warningsOf(...given).map(({ pointer }) => pointer);

test("warnings name unknown keys, second spellings, missing values, values that the model has not seen, and times ahead", () => {
  expect(warningsOf(message(), calm, "", oddness)).toEqual([]);
  expect(warningsOf(message({ humdity: 1 }), calm, "", oddness)).toEqual([{ pointer: "/humdity", detail: '"humdity" is ignored: the pipeline has no such field. Did you mean Humidity[%]?' }]);
  expect(pointers(message({ Temperature: 1 }), calm, "/3", oddness)).toEqual(["/3/Temperature"]);
  expect(pointers(message(), { ...calm, values: calm.values.with(1, NaN) }, "", oddness)).toEqual(["/Humidity[%]"]);
  for (const [value, warned] of [[9.9, true], [10, false], [30, false], [30.1, true]] as const) {
    expect(pointers(message(), { ...calm, values: calm.values.with(0, value) }, "", oddness), String(value)).toEqual(warned ? ["/Temperature[C]"] : []);
  }
  expect(pointers(message(), { ...calm, timeMs: START_MS + 300_000 }, "", oddness)).toEqual([]);
  expect(pointers(message(), { ...calm, timeMs: START_MS + 300_001 }, "", oddness)).toEqual(["/UTC"]);
  expect(warningsOf("no object", null, "", oddness)).toEqual([]);
});

test("what the model has seen comes from the report that is kept beside it; a registry without one warns of nothing", async () => {
  await using folder = await temporaryFolder();
  const registry = await Registry.open({ path: folder.file("smoke_detection_model.json"), now: () => START_MS });
  const shelf: ModelShelf = modelShelf(() => Promise.resolve(registry));
  await using service = await startService({ app: { shelf } });
  expect(await bodyOf<ValidationAnswer>(service.post(message({ "Temperature[C]": 99 }), "/validate"))).toMatchObject({ valid: true, warnings: [] });

  const fields = [{ name: "Temperature[C]", missing: 0, least: 15, median: 20, mean: 20, most: 35, sd: 3 }, { name: "PM1.0", missing: 9, least: null, median: null, mean: null, most: null, sd: null }];
  await registry.keep(service.models.current!.file, { by: "a test", verdict: "challenger", reasons: ["first"], report: { data: { fields } } });
  await using again = await startService({ app: { shelf } });
  expect(again.models.current!.version).toBe(service.models.current!.version);
  const { warnings } = await bodyOf<ValidationAnswer>(again.post(message({ "Temperature[C]": 99 }), "/validate"));
  expect(warnings).toEqual(["Temperature[C] is 99; the model was trained on 15 to 35 only."]);
  expect(await (await again.app.request("/model/info")).json()).toMatchObject({ training_timestamp: new Date(START_MS).toISOString() });
});

test("the sensor's schema says what /predict takes: each bound is taken, and what is beyond it is not", async () => {
  await using service = await startService();
  const body = await bodyOf<SensorSchema>(service.app.request("/sensors/schema"));
  expect(body).toEqual(sensorSchema.parse(body));
  expect(body.required_fields).toHaveLength(12);
  expect(body.optional_fields).toEqual(["CNT"]);
  expect(body.validation_rules).toEqual({ all_fields_required: false, numeric_values_only: true, range_validation: true, null_values_allowed: true });
  expect(Object.keys(body.field_types)).toEqual(smoke.schema.fields.map(({ name }) => name));
  const isTaken = async (changes: Record<string, unknown>) => (await service.post(message(changes))).status === 200;
  for (const [name, { range: [least, most], aliases, required, nullable }] of Object.entries(body.field_types)) {
    const wide = most === null ? [] : [[most, true], [most + 1, false]] as const;
    for (const [value, taken] of [[least!, true], [least! - 1, false], ...wide] as const) expect(await isTaken({ [name]: value }), `${name} = ${value}`).toBe(taken);
    expect(await isTaken({ [name]: undefined }), name).toBe(!required);
    expect(await isTaken({ [name]: null }), name).toBe(nullable);
    for (const alias of aliases) expect(await isTaken({ [name]: undefined, [alias]: message()[name] }), alias).toBe(true);
  }
});
