import { expect, test } from "vitest";
import { acceptedSchema, problemSchema, type Accepted, type Problem } from "../../api/contract.ts";
import type { ProducedRecord } from "../../engine/broker/broker.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { bodyOf, message, startService, START_MS } from "./service.ts";

/** The service with a topic in memory. */
async function startWithTopic() {
  const appended: ProducedRecord[] = [];
  const append = (messages: readonly ProducedRecord[]) => Promise.resolve(void appended.push(...messages));
  const service = await startService({ model: false, app: { append } });
  const lines = (body: string | Uint8Array, mediaType = "application/x-ndjson") =>
    service.app.request("/readings", { method: "POST", headers: { "Content-Type": mediaType }, body: typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body) });
  return { appended, lines, service, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

const json = (changes?: Record<string, unknown>) => JSON.stringify(message(changes));

test("lines are appended as they stand, under the sensors that they name, and those that cannot be read are told by number", async () => {
  await using topic = await startWithTopic();
  const [kitchen, odd, seven] = [json({ sensor_id: "kitchen" }), ` ${json()} `, json({ sensor_id: 7 })];
  const response = await topic.lines(`${kitchen}\r\n\n${odd}\n{"UTC":1\n${json({ "Pressure[hPa]": "high" })}\n${seven}`);
  expect(response.status).toBe(202);
  const body = await bodyOf<Accepted>(response);
  expect(body).toEqual(acceptedSchema.parse(body));
  expect(body).toEqual({
    accepted: 3,
    topic: "smoke_sensor_data",
    refused: [{ line: 4, code: "MGV_JSON", reason: "not JSON" }, { line: 5, code: "MGV_FIELD_TYPE", reason: 'Pressure[hPa] must be a number, not "high"' }],
  });
  expect(topic.appended).toEqual([["kitchen", kitchen], [null, odd], ["7", seven]].map(([key, value]) => ({ topic: "smoke_sensor_data", key, value })));
});

test("a reading, an array and an array under data are appended as JSON", async () => {
  await using topic = await startWithTopic();
  for (const body of [message(), [message(), message({ sensor_id: "a" })], { data: [message()] }]) expect((await topic.service.post(body, "/readings")).status).toBe(202);
  expect(topic.appended.map(({ value }) => JSON.parse(value) as unknown)).toEqual([message(), message(), message({ sensor_id: "a" }), message()]);
});

test("what the stream would make a dead letter of is refused", async () => {
  await using topic = await startWithTopic();
  const ahead = json({ UTC: START_MS / 1000 + 90 + 301 });
  const notUtf8 = Uint8Array.of(0x7b, 0xff, 0x0a);
  for (const [body, mediaType, code] of [
    [ahead, "application/x-ndjson", "MGV_TIME_AHEAD"],
    [notUtf8, "application/x-ndjson", "MGV_JSON"],
    ["[7]", "application/json", "MGV_JSON"],
    [`[${json().replace('"TVOC[ppb]":0', '"TVOC[ppb]":1e999')}]`, "application/json", "MGV_FIELD_TYPE"],
    [json({ sensor_id: "x".repeat(256) }), "application/json", "MGV_FIELD_RANGE"],
    [json({ note: "x".repeat(1_000_000) }), "application/json", "MGV_HTTP_BODY"],
  ] as const) {
    const response = await topic.lines(body, mediaType);
    expect(response.status, code).toBe(422);
    const problem = await bodyOf<Problem>(response);
    expect(problem).toEqual(problemSchema.parse(problem));
    expect(problem).toMatchObject({ code, errors: [{ pointer: "/0", code }] });
  }
  expect(topic.appended).toEqual([]);
});

test.each([
  ["", "application/x-ndjson", 400, "No data provided"],
  ["\n\r\n", "application/x-ndjson", 400, "No data provided"],
  ["[]", "application/json", 400, "No data provided"],
  ["{", "application/json", 400, "The body is not JSON"],
  ["{}", "text/csv", 400, "application/x-ndjson, not text/csv"],
  ["x\n".repeat(10_001), "application/x-ndjson", 413, "10001 readings are too many"],
  [" ".repeat(9 << 20), "application/x-ndjson", 413, "larger than 8 MiB"],
] as const)("a body that cannot be taken is refused (%#)", async (body, mediaType, status, detail) => {
  await using topic = await startWithTopic();
  const response = await topic.lines(body, mediaType);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining(detail) as string });
});

test("without a topic the answer says how to start with Kafka, and with a broker that is away that it is", async () => {
  await using service = await startService({ model: false });
  const response = await service.post(message(), "/readings");
  expect(response.status).toBe(503);
  expect(response.headers.get("Retry-After")).not.toBeNull();
  expect(await response.json()).toMatchObject({ code: "MGV_NOT_READY", detail: expect.stringMatching(/--state DIR .*KAFKA_BOOTSTRAP_SERVERS=/) as string });

  await using away = await startService({ model: false, app: { append: () => Promise.reject(new MangroveError("MGV_BROKER", "No Kafka broker answers.")) } });
  const refused = await away.post(message(), "/readings");
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: "MGV_BROKER", detail: "No Kafka broker answers." }]);
});

test("the OpenAPI document has the route with its answer", async () => {
  await using service = await startService({ model: false });
  const document = await bodyOf<{ paths: Record<string, any> }>(service.app.request("/openapi.json"));
  const { post } = document.paths["/readings"];
  expect(Object.keys(post.responses)).toEqual(["202", "400", "401", "403", "413", "415", "422", "429", "503", "default"]);
  expect(Object.keys(post.requestBody.content)).toEqual(["application/json", "application/x-ndjson"]);
});
