import { expect, test } from "vitest";
import { inferenceModelSchema, inferenceResponseSchema, repositorySchema, type BatchAnswer, type InferenceResponse, type Problem } from "../../api/contract.ts";
import { bodyOf, message, startService, START_MS, type Service } from "./service.ts";

const FIELDS = Object.keys(message()).filter((key) => key !== "UTC" && key !== "CNT");
const path = "/v2/models/smoke_detection_model/infer";

/** Readings that differ, with values missing here and there. */
const readings = Array.from({ length: 40 }, (_, row) =>
  message(Object.fromEntries(FIELDS.map((field, index) => [field, (row * 7 + index) % 11 === 0 ? null : Number(message()[field]) + ((row % 2) * 3 + ((row * 31 + index * 17) % 10) / 10) * (1 + Number(message()[field]) / 100)]))),
);

const tensorsOf = (rows: readonly Record<string, unknown>[], { spelled = (field: string) => field, column = false } = {}) =>
  FIELDS.map((field) => ({ name: spelled(field), shape: column ? [rows.length, 1] : [rows.length], datatype: "FP64", data: rows.map((row) => (column ? [row[field]] : row[field])) }));

const predicted = async (service: Service) => (await bodyOf<BatchAnswer>(service.post(readings))).predictions as { probability: number; prediction: number; prediction_label: string }[];

function outputOf({ outputs }: InferenceResponse, name: string) {
  return outputs.find((output) => output.name === name)!.data;
}

test.each([
  ["a tensor a field, as the stream spells it", { inputs: tensorsOf(readings) }],
  ["a tensor a field, without brackets, of one column", { inputs: tensorsOf(readings, { spelled: (field) => field.replace(/\[.*/, ""), column: true }) }],
  ["one tensor of all fields, flat", { inputs: [{ name: "input-0", shape: [readings.length, FIELDS.length], datatype: "FP64", data: readings.flatMap((row) => FIELDS.map((field) => row[field])) }] }],
  ["one tensor of all fields, nested", { inputs: [{ name: "input-0", shape: [readings.length, FIELDS.length], datatype: "FP64", data: readings.map((row) => FIELDS.map((field) => row[field])) }] }],
])("%s is scored bit for bit as /predict scores it", async (_, body) => {
  await using service = await startService();
  const response = await service.post({ id: "seven", ...body }, path);
  const answer = await bodyOf<InferenceResponse>(response);
  expect(response.status, JSON.stringify(answer)).toBe(200);
  expect(inferenceResponseSchema.parse(answer)).toEqual(answer);
  const expected = await predicted(service);
  expect(new Set(expected.map(({ prediction }) => prediction)).size).toBe(2);
  expect(answer).toMatchObject({ model_name: "smoke_detection_model", model_version: service.models.current!.version, id: "seven" });
  expect(outputOf(answer, "probability")).toEqual(expected.map(({ probability }) => probability));
  expect(outputOf(answer, "prediction")).toEqual(expected.map(({ prediction }) => prediction));
  expect(outputOf(answer, "label")).toEqual(expected.map(({ prediction_label }) => prediction_label));
});

test("values of FP32 are those that an FP32 can hold, and whole numbers are taken of any integer type", async () => {
  await using service = await startService();
  const single = { "Temperature[C]": 20.1, "Raw H2": 12_306 };
  const types: Record<string, string> = { "Temperature[C]": "FP32", "Raw H2": "INT32" };
  const inputs = tensorsOf([message(single)]).map((tensor) => ({ ...tensor, datatype: types[tensor.name] ?? "FP64" }));
  const answer = await bodyOf<InferenceResponse>(service.post({ inputs }, path));
  const one = (await (await service.post(message({ ...single, "Temperature[C]": Math.fround(20.1) }))).json()) as { probability: number };
  expect(outputOf(answer, "probability")).toEqual([one.probability]);
});

test("only the outputs that are asked for come, in that order, and an id is made where none is given", async () => {
  await using service = await startService({ app: { newId: () => "made" } });
  const answer = await bodyOf<InferenceResponse>(service.post({ inputs: tensorsOf(readings), outputs: [{ name: "label" }, { name: "probability" }] }, path));
  expect(answer.outputs.map(({ name }) => name)).toEqual(["label", "probability"]);
  expect(answer.id).toBe("made");
});

test("time and sensor may come as tensors, and a literal NaN is missing as null is", async () => {
  await using service = await startService();
  const inputs = [...tensorsOf([message()]), { name: "UTC", shape: [1], datatype: "BYTES", data: ["2022-06-09T00:08:51Z"] }, { name: "sensor_id", shape: [1], datatype: "BYTES", data: ["NaN kitchen"] }];
  const text = JSON.stringify({ inputs }).replace('"name":"Humidity[%]","shape":[1],"datatype":"FP64","data":[57.36]', '"name":"Humidity[%]","shape":[1],"datatype":"FP64","data":[NaN]');
  expect(text).toContain("[NaN]");
  const response = await service.app.request(path, { method: "POST", body: text, headers: { "Content-Type": "application/json" } });
  const one = (await (await service.post(message({ "Humidity[%]": null }))).json()) as { probability: number };
  expect(outputOf(await bodyOf<InferenceResponse>(response), "probability")).toEqual([one.probability]);
});

test("a text that nobody closes is refused in a moment, however many quotes it seems to hold", { timeout: 30_000 }, async () => {
  await using service = await startService();
  for (const [part, end] of [['\\"', ""], ['\\"', "\\"], ["\\\n", ""], ["\\", ""], ["\\\\", ""]] as const) {
    const response = await service.app.request(path, { method: "POST", body: `NaN"${part.repeat(500_000)}${end}`, headers: { "Content-Type": "application/json" } });
    expect([response.status, (await bodyOf<Problem>(response)).code]).toEqual([400, "MGV_JSON"]);
  }
});

test.each(["NaN", '"NaN', "\\", '\\"NaN "', "\n NaN"])("NaN in the text %j stays what it is", async (id) => {
  await using service = await startService();
  const inputs = tensorsOf([message({ "Humidity[%]": 0.125 })]);
  const body = JSON.stringify({ id, inputs }).replace("0.125", "NaN");
  const response = await service.app.request(path, { method: "POST", body, headers: { "Content-Type": "application/json" } });
  expect((await bodyOf<InferenceResponse>(response)).id).toBe(id);
});

test("metadata names inputs that make a request, and each name and version that serves leads to it", async () => {
  await using service = await startService({ app: { version: "9.8.7" } });
  const version = service.models.current!.version;
  expect(await (await service.app.request("/v2")).json()).toEqual({ name: "mangrove", version: "9.8.7", extensions: ["binary_tensor_data", "model_repository"] });
  for (const name of ["smoke", "smoke_detection_model"]) {
    for (const at of [`/v2/models/${name}`, `/v2/models/${name}/versions/${version}`]) {
      const body = inferenceModelSchema.parse(await (await service.app.request(at)).json());
      expect(body).toMatchObject({ name: "smoke_detection_model", versions: [version], outputs: [{ name: "probability", datatype: "FP64", shape: [-1] }, { name: "prediction" }, { name: "label" }] });
      expect(body.inputs.map((input) => input.name)).toEqual(FIELDS);
      expect(await (await service.app.request(`${at}/ready`)).json()).toEqual({ name: "smoke_detection_model", ready: true });
      const inputs = body.inputs.map(({ name: input, datatype }) => ({ name: input, datatype, shape: [1], data: [message()[input]] }));
      expect((await service.post({ inputs }, `${at}/infer`)).status).toBe(200);
    }
  }
  const index = await service.post({}, "/v2/repository/index");
  expect(repositorySchema.parse(await index.json())).toEqual([{ name: "smoke_detection_model", version, state: "READY", reason: "" }]);
});

test("what is wrong is a problem in JSON with the sentence under error, and its place", async () => {
  await using service = await startService();
  const good = tensorsOf([message(), message()]);
  const withFirst = (changes: object) => ({ inputs: [{ ...good[0]!, ...changes }, ...good.slice(1)] });
  for (const [body, status, detail, pointer] of [
    [{}, 400, /inputs/, "/inputs"],
    [{ inputs: [] }, 400, /inputs/, "/inputs"],
    [withFirst({ name: "Temprature" }), 400, /did you mean "Temperature"/, "/inputs/0/name"],
    [withFirst({ name: good[1]!.name }), 400, /there twice/, "/inputs/1/name"],
    [withFirst({ name: "Humidity" }), 400, /there twice/, "/inputs/1/name"],
    [withFirst({ shape: [3] }), 400, /has 2 values/, "/inputs/0/shape"],
    [withFirst({ shape: [1, 2] }), 400, /rows|one value/, /^\/inputs\/\d\/shape$/],
    [withFirst({ shape: [1], data: [20] }), 400, /has 2 rows|has 1/, /^\/inputs\/\d\/shape$/],
    [withFirst({ datatype: "FP16" }), 400, /datatype/, "/inputs/0/datatype"],
    [withFirst({ datatype: "INT8", data: [20, 20.5] }), 400, /INT8/, "/inputs/0/data/1"],
    [withFirst({ data: undefined }), 400, /no data/, "/inputs/0/data"],
    [withFirst({ data: [20, 1000] }), 422, /outside -40…125/, "/inputs/0/data/1"],
    [withFirst({ data: [20, "warm"] }), 422, /must be a number/, "/inputs/0/data/1"],
    [{ inputs: good.slice(1) }, 422, /Temperature\[C\] is not there/, "/inputs"],
    [{ inputs: good, outputs: [{ name: "label" }, { name: "label" }] }, 400, /label is asked for twice/, "/outputs/1/name"],
    [{ inputs: good, outputs: [{ name: "margin" }] }, 400, /there are probability, prediction, label/, "/outputs/0/name"],
  ] as const) {
    const response = await service.post(body, path);
    const problem = await bodyOf<Problem>(response);
    expect([response.status, response.headers.get("content-type")], JSON.stringify(problem)).toEqual([status, "application/json"]);
    expect(problem.error).toMatch(detail);
    expect(problem.errors![0]!.pointer).toEqual(pointer instanceof RegExp ? expect.stringMatching(pointer) : pointer);
  }
  const tooMany = await service.post({ inputs: tensorsOf(Array.from({ length: 1_001 }, () => message())) }, path);
  expect(tooMany.status).toBe(413);
  const none = await service.post({ inputs: tensorsOf([]) }, path);
  expect(none.status).toBe(400);
  const many = (value: unknown) => Array.from({ length: 100_000 }, () => value);
  for (const flood of [{ inputs: many(1) }, withFirst({ data: [many({})] }), { inputs: good, outputs: many({ name: "label" }) }]) {
    const response = await service.post(flood, path);
    expect([response.status, (await bodyOf<Problem>(response)).errors]).toEqual([413, undefined]);
  }
});

test("an unknown model or version is a 404, another method a 405, and all of them JSON", async () => {
  await using service = await startService();
  for (const at of ["/v2/models/other", "/v2/models/smoke/versions/1", "/v2/models/other/ready", "/v2/nothing"]) {
    const response = await service.app.request(at);
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/json"]);
    expect(await response.json()).toMatchObject({ error: expect.any(String), status: 404, type: "about:blank" });
  }
  const infer = await service.app.request(path);
  expect([infer.status, infer.headers.get("content-type")]).toEqual([405, "application/json"]);
  expect((await service.post({ inputs: tensorsOf([message()]) }, "/v2/models/other/infer")).status).toBe(404);
});

test("without a model live is well, and ready waits", async () => {
  await using service = await startService({ model: false });
  expect((await service.app.request("/v2/health/live")).status).toBe(200);
  for (const at of ["/v2/health/ready", "/v2/models/smoke", "/v2/models/smoke/ready"]) {
    const response = await service.app.request(at);
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "5"]);
  }
  expect((await service.post({ inputs: tensorsOf([message()]) }, path)).status).toBe(503);
  expect(await (await service.post({}, "/v2/repository/index")).json()).toEqual([]);
});

test("values may follow the JSON as bytes, and outputs come so where that is asked for", async () => {
  await using service = await startService();
  const rows = readings.slice(0, 3);
  const columns = FIELDS.map((field) => Float64Array.from(rows, (row) => (row[field] as number | null) ?? NaN));
  const inputs = FIELDS.map((name, i) => ({ name, shape: [3], datatype: "FP64", parameters: { binary_data_size: columns[i]!.byteLength } }));
  const json = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true }, outputs: [{ name: "probability" }, { name: "label" }, { name: "prediction", parameters: { binary_data: false } }] }));
  const bytes = Buffer.concat([json, ...columns.map((column) => new Uint8Array(column.buffer))]);
  const post = (body: Uint8Array<ArrayBuffer>, length: string) => service.app.request(path, { method: "POST", body, headers: { "Content-Type": "application/octet-stream", "Inference-Header-Content-Length": length } });
  const response = await post(bytes, String(json.length));
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
  const body = Buffer.from(await response.arrayBuffer());
  const end = Number(response.headers.get("Inference-Header-Content-Length"));
  const answer = JSON.parse(body.subarray(0, end).toString()) as InferenceResponse;
  const expected = (await bodyOf<BatchAnswer>(service.post(rows))).predictions as { probability: number; prediction: number; prediction_label: string }[];
  expect(expected.map((_, i) => body.readDoubleLE(end + i * 8))).toEqual(expected.map(({ probability }) => probability));
  expect(body.subarray(end + 24).toString("latin1")).toBe(expected.map(({ prediction_label }) => `${String.fromCharCode(prediction_label.length)}\0\0\0${prediction_label}`).join(""));
  expect(outputOf(answer, "prediction")).toEqual(expected.map(({ prediction }) => prediction));

  for (const [cut, length] of [[bytes, "0"], [bytes, "x"], [bytes, String(bytes.length + 1)], [bytes.subarray(0, -8), String(json.length)], [Buffer.concat([bytes, new Uint8Array(1)]), String(json.length)]] as const) {
    const refused = await post(Buffer.from(cut), length);
    expect(refused.status, length).toBe(400);
  }
});

test("requests count as predictions by HTTP", async () => {
  await using service = await startService();
  await service.post({ inputs: tensorsOf([message({ UTC: START_MS / 1000 })]) }, path);
  expect(await service.metrics.text()).toContain(`mangrove_predictions_total{result="no_fire",model_version="${service.models.current!.version}",source="http"} 1`);
});
