import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { KeyRing } from "../../api/access/key-ring.ts";
import { newKey } from "../../api/access/key.ts";
import { batchLineSchema, batchSchema, type BatchAnswer, type BatchLine, type Problem } from "../../api/contract.ts";
import { serveApp } from "../../api/server.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { bodyOf, card, message, startService, START_MS } from "./service.ts";

const LINES = "application/x-ndjson";
const json = { "Content-Type": "application/json" };

const post = (service: Awaited<ReturnType<typeof startService>>, body: string, headers: Record<string, string> = json) => service.app.request("/predict/batch", { method: "POST", headers, body });

async function linesOf(answer: Response): Promise<BatchLine[]> {
  expect(answer.headers.get("Content-Type")).toBe(LINES);
  return (await answer.text()).trimEnd().split("\n").map((line) => {
    const value = JSON.parse(line) as BatchLine;
    expect(value).toEqual(batchLineSchema("fire").parse(value));
    return value;
  });
}

test("an array is answered as /predict answers it, and a single reading is no list", async () => {
  await using service = await startService();
  const readings = [message(), message({ "Humidity[%]": 101 }), message({ "TVOC[ppb]": 900 })];
  for (const body of [readings, { data: readings }]) {
    const answer = await bodyOf<BatchAnswer>(post(service, JSON.stringify(body)));
    expect(answer).toEqual(batchSchema("fire").parse(answer));
    expect(answer).toEqual(await bodyOf(service.post(body)));
  }
  const refused = await post(service, JSON.stringify(message()));
  expect(refused.status).toBe(400);
  expect((await bodyOf<Problem>(Promise.resolve(refused))).detail).toMatch(/^Data must be a list of sensor readings/);
});

test("lines are answered in their order by what an array answers, bad ones by what is wrong with them, and blank ones not at all", async () => {
  await using service = await startService();
  const readings = Array.from({ length: 2500 }, (_, i) => message({ "TVOC[ppb]": i % 900, ...(i % 100 === 7 && { "Raw H2": "much" }) }));
  const body = readings.map((reading, i) => JSON.stringify(reading) + (i % 3 === 0 ? "\r\n" : "\n") + (i % 500 === 0 ? "\n  \n" : "")).join("");
  const lines = await linesOf(await post(service, `\n${body}{"UTC": \n`, { "Content-Type": LINES }));
  const scored = (await Promise.all([0, 1000, 2000].map((from) => bodyOf<BatchAnswer>(service.post(readings.slice(from, from + 1000)))))).flatMap(({ predictions }) => predictions);
  const plain = scored.map((entry, index) => ("error" in entry ? { ...entry, index, errors: entry.errors.map((error) => ({ ...error, pointer: error.pointer.replace(/^\/\d+/, "") })) } : { ...entry, index }));
  expect(lines.slice(0, 2500)).toEqual(plain);
  expect(lines[2500]).toMatchObject({ index: 2500, code: "MGV_JSON" });
  expect(lines[2501]).toMatchObject({ summary: { total_samples: 2501, successful_predictions: 2475, errors: 26 } });
  expect(lines).toHaveLength(2502);
});

test("lines are answered while others are still to come, and a model that is swapped meanwhile scores those", async () => {
  await using service = await startService();
  await using server = await serving(service);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const send = (lines: number) => writer.write(new TextEncoder().encode(`${JSON.stringify(message())}\n`.repeat(lines)));
  const asking = fetch(`${server.url}/predict/batch`, { method: "POST", headers: { "Content-Type": LINES }, body: readable, duplex: "half" });
  await send(3);
  const answers = (await asking).body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n").length < 4) text += (await answers.read()).value ?? "";
  const before = service.models.current!.version;
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, threshold: 0.9 })));
  await send(2);
  await writer.close();
  for (let read = await answers.read(); !read.done; read = await answers.read()) text += read.value;
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line) as { model_version?: string });
  const after = service.models.current!.version;
  expect(after).not.toBe(before);
  expect(lines.map(({ model_version }) => model_version)).toEqual([before, before, before, after, after, undefined]);
});

test("a line without end breaks the answer off, with a line that says why and the counts so far", async () => {
  await using service = await startService();
  const lines = await linesOf(await post(service, `${JSON.stringify(message())}\n"${"x".repeat(1_000_000)}`, { "Content-Type": LINES }));
  expect(lines[0]).toMatchObject({ index: 0, prediction: 0 });
  expect(lines[1]).toMatchObject({ index: 1, code: "MGV_HTTP_BODY", error: "A line has more than 900000 bytes. Send one reading a line.", summary: { total_samples: 1 } });
  expect(lines).toHaveLength(2);
});

test("lines that come when the key is removed are not scored: a last line says so, with the counts", async () => {
  const { key, secret } = newKey({ name: "ada", role: "predict" }, { nowMs: START_MS, randomBytes });
  const keys = new KeyRing();
  keys.replace([key]);
  await using service = await startService({ app: { keys } });
  const line = new TextEncoder().encode(`${JSON.stringify(message())}\n`);
  let left = 200;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: (controller) => (left-- > 0 ? controller.enqueue(line) : controller.close()) }, { highWaterMark: 0 });
  const asked = new Request("http://localhost/predict/batch", { method: "POST", headers: { "Content-Type": LINES, "X-API-Key": secret }, body, duplex: "half" });
  const answers = (await service.app.fetch(asked)).body!.getReader();
  const decoder = new TextDecoder();
  let text = decoder.decode((await answers.read()).value);
  keys.replace([]);
  for (let read = await answers.read(); !read.done; read = await answers.read()) text += decoder.decode(read.value);
  const lines = text.trimEnd().split("\n").map((each) => JSON.parse(each) as Record<string, unknown>);
  const scored = lines.length - 1;
  expect(lines.slice(0, scored).every((each) => "prediction" in each)).toBe(true);
  expect(lines[scored]).toMatchObject({ index: scored, code: "MGV_UNAUTHORIZED", error: "The API key does not count any more.", summary: { total_samples: scored } });
});

async function serving({ app }: Awaited<ReturnType<typeof startService>>) {
  const server = await serveApp(app, { host: "127.0.0.1", port: 0 });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}
