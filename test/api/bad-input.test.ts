import { expect, test } from "vitest";
import { problemSchema, type Problem } from "../../api/contract.ts";
import { ReadingReader } from "../../api/readings.ts";
import { Decoder } from "../../engine/decode/decoder.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { field } from "../../kernel-as/schema.ts";
import smoke from "../../pipelines/smoke.ts";
import { bodyOf, message, startService, START_MS } from "./service.ts";

const kernel = await loadKernel();
const json = { "Content-Type": "application/json" };
const good = JSON.stringify(message());
const notUtf8 = Uint8Array.from(JSON.stringify(message({ location: "?" })), (character) => (character === "?" ? 255 : character.charCodeAt(0)));

test.each([
  ["malformed JSON", { headers: json, body: '{"UTC": ' }, 400, "MGV_JSON"],
  ["bytes that are not UTF-8", { headers: json, body: notUtf8 }, 400, "MGV_JSON"],
  ["a string", { headers: json, body: '"hot"' }, 400, "MGV_JSON"],
  ["a number", { headers: json, body: "1" }, 400, "MGV_JSON"],
  ["null", { headers: json, body: "null" }, 400, "MGV_JSON"],
  ["an empty array", { headers: json, body: "[]" }, 400, "MGV_JSON"],
  ["an empty array under data", { headers: json, body: '{"data": []}' }, 400, "MGV_JSON"],
  ["an array of arrays", { headers: json, body: `[[${good}]]` }, 422, "MGV_JSON"],
  ["an empty object", { headers: json, body: "{}" }, 422, "MGV_FIELD_MISSING"],
  ["a form", { headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "a=b" }, 400, "MGV_HTTP_BODY"],
  ["JSON under another media type", { headers: { "Content-Type": "text/plain" }, body: good }, 400, "MGV_HTTP_BODY"],
  ["no body", { headers: json }, 400, "MGV_HTTP_BODY"],
  ["an empty body", { headers: json, body: "" }, 400, "MGV_HTTP_BODY"],
  ["a body above 8 MiB", { headers: json, body: `"${"x".repeat(8 * 2 ** 20)}"` }, 413, "MGV_HTTP_BODY"],
  ["1,001 readings", { headers: json, body: `[${Array(1_001).fill(good).join()}]` }, 413, "MGV_HTTP_BODY"],
])("%s is refused", async (_, request, status, code) => {
  await using service = await startService();
  const response = await service.app.request("/predict", { method: "POST", ...request });
  expect(response.status).toBe(status);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const body = await bodyOf<Problem>(response);
  expect(body).toEqual(problemSchema.parse(body));
  expect(body).toMatchObject({ type: "about:blank", status, code, instance: "/predict", error: body.detail });
});

test.each([
  ["a missing key", { "Raw H2": undefined }, "/Raw H2", "MGV_FIELD_MISSING"],
  ["a string", { "Temperature[C]": "21.5" }, "/Temperature[C]", "MGV_FIELD_TYPE"],
  ["a string under a name without brackets", { "Temperature[C]": undefined, Temperature: "warm" }, "/Temperature", "MGV_FIELD_TYPE"],
  ["a boolean", { "PM1.0": true }, "/PM1.0", "MGV_FIELD_TYPE"],
  ["an array", { "PM1.0": [1] }, "/PM1.0", "MGV_FIELD_TYPE"],
  ["an object", { "PM1.0": { value: 1 } }, "/PM1.0", "MGV_FIELD_TYPE"],
  ["a value below the range", { "Pressure[hPa]": 299 }, "/Pressure[hPa]", "MGV_FIELD_RANGE"],
  ["a value above the range", { "Temperature[C]": 125.1 }, "/Temperature[C]", "MGV_FIELD_RANGE"],
  ["a time that is none", { UTC: undefined, timestamp: "yesterday" }, "/timestamp", "MGV_TIME"],
  ["a label that is none", { "Fire Alarm": 2 }, "/Fire Alarm", "MGV_LABEL"],
])("%s is refused where it is, by the stream's code", async (_, changes, pointer, code) => {
  await using service = await startService();
  const response = await service.post(message(changes));
  expect(response.status).toBe(422);
  const problem = await bodyOf<Problem>(response);
  expect(problem).toMatchObject({ code, errors: [{ pointer, code, detail: problem.detail }] });
  expect(problem.errors).toHaveLength(1);
  expect(streamCode(message(changes))).toBe(code);
});

/** The code under which the stream makes a dead letter of a message. */
function streamCode(reading: Record<string, unknown>): string | undefined {
  const values = new TextEncoder().encode(JSON.stringify(reading));
  using decoder = new Decoder(kernel, smoke.schema, { kind: "json" });
  const { deadLetters } = decoder.decode({
    topic: smoke.readings,
    partition: 0,
    count: 1,
    offsets: Float64Array.of(0),
    appendTimesMs: Float64Array.of(START_MS),
    keys: new Uint8Array(0),
    keyBounds: Uint32Array.of(0, 0),
    values,
    bounds: Uint32Array.of(0, values.length),
  });
  return deadLetters[0]?.code;
}

test("everything that is wrong with a reading is said at once", async () => {
  await using service = await startService();
  const response = await service.post(message({ "Temperature[C]": "x", "Humidity[%]": -1, "TVOC[ppb]": undefined, UTC: -5 }));
  const { errors, code } = await bodyOf<Problem>(response);
  expect(errors?.map((each) => each.pointer)).toEqual(["/Temperature[C]", "/Humidity[%]", "/TVOC[ppb]", "/UTC"]);
  expect(code).toBe("MGV_FIELD_TYPE");
});

test("a misspelt key is shown beside the field that lacks", async () => {
  await using service = await startService();
  const response = await service.post(message({ "Humidity[%]": undefined, humdity: 40 }));
  const { errors } = await bodyOf<Problem>(response);
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.detail).toContain('did you mean "Humidity[%]" where the reading has "humdity"?');
});

test("keys that are too long for a misspelt name are passed over", async () => {
  await using service = await startService();
  const long = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}`.padEnd(200_000, "x"), 1]));
  const response = await service.post({ ...long, ...message({ "Humidity[%]": undefined, humdity: 40 }) });
  expect((await bodyOf<Problem>(response)).errors).toMatchObject([{ pointer: "/Humidity[%]", detail: expect.stringContaining('"humdity"') as string }]);
});

test("an array of bad readings only is refused as a whole, with every error", async () => {
  await using service = await startService();
  const response = await service.post([message({ CNT: -1 }), 5]);
  expect(response.status).toBe(422);
  expect((await bodyOf<Problem>(response)).errors).toMatchObject([
    { pointer: "/0/CNT", code: "MGV_FIELD_RANGE" },
    { pointer: "/1", code: "MGV_JSON" },
  ]);
});

test("keys are escaped in pointers", () => {
  const reader = new ReadingReader({ ...smoke.schema, fields: [field("a/b~c")] });
  expect(reader.read({ "a/b~c": "x" }, "", START_MS)).toMatchObject({ errors: [{ pointer: "/a~1b~0c" }] });
});

test("an unknown route is a 404 in the original's words", async () => {
  await using service = await startService();
  const response = await service.app.request("/nothing/here", { method: "POST" });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: "Endpoint not found", code: "MGV_NOT_FOUND", instance: "/nothing/here" });
});

test.each([
  ["GET", "/predict", "POST"],
  ["DELETE", "/health", "GET, HEAD"],
])("%s %s is a 405 that allows %s", async (method, path, allow) => {
  await using service = await startService();
  const response = await service.app.request(path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("Allow")).toBe(allow);
  expect(await response.json()).toMatchObject({ status: 405, title: "Method Not Allowed" });
});

test.each([
  ["an error", new Error("the secret path /etc/shadow")],
  ["something that is no error", "the secret path /etc/shadow"],
])("%s thrown inside is a 500 that tells the log once and the client nothing", async (_, thrown) => {
  const told: unknown[] = [];
  await using service = await startService({ app: { onError: (error, request) => told.push([error, request.path]), newId: () => "id-1" } });
  service.app.get("/broken", () => {
    throw thrown;
  });
  const response = await service.app.request("/broken");
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).not.toContain("secret");
  expect(JSON.parse(text)).toMatchObject({ code: "MGV_INTERNAL", detail: expect.stringContaining("id-1") });
  expect(told).toEqual([[thrown, "/broken"]]);
});
