import { expect, test } from "vitest";
import type { BatchAnswer, Prediction } from "../../api/contract.ts";
import { LiveWindows } from "../../engine/task/live-windows.ts";
import { Task } from "../../engine/task/task.ts";
import smoke from "../../pipelines/smoke.ts";
import { fillMemory } from "../fixtures/full-memory.ts";
import { random } from "../fixtures/random.ts";
import { recordsOf } from "../fixtures/readings.ts";
import { bodyOf, message, startService, START_MS } from "./service.ts";

const next = random(5);
const sensors = ["kitchen", "hall", "7", "Küche"];

/** A reading of a sensor, `second` seconds into the day; some are late. */
function readingOf(sensor: string, second: number) {
  const late = next() < 0.1 ? Math.floor(next() * 30) : 0;
  return message({ sensor_id: sensor === "7" ? 7 : sensor, UTC: START_MS / 1000 + second - late, "TVOC[ppb]": Math.floor(next() * 2000), "Temperature[C]": 20 + next() * 40, "PM2.5": next() * 9 });
}

const stream = Array.from({ length: 1200 }, (_, i) => readingOf(sensors[Math.floor(next() * sensors.length)]!, Math.floor(i / 4)));

async function startLive() {
  const live = new LiveWindows();
  const service = await startService({ app: { live } });
  const start = (isLive: boolean) => new Task({ kernel: service.kernel, pipeline: smoke, models: service.models, format: { kind: "json" }, ...(isLive && { live }) });
  return { service, start };
}

//  the stream    ── r0 ── r1 ── … ── r799 ──┬── r800 ──
//  a request                                r800: answered as the stream will answer it
test("a request that names a sensor is answered as the stream would answer its next reading, bit for bit, by as many readings", async () => {
  const { service, start } = await startLive();
  await using _ = service;
  using task = start(true);
  const texts = stream.map((reading) => JSON.stringify(reading));
  let fed = 0;
  for (let i = 0; i < stream.length; i += 1 + Math.floor(next() * 60)) {
    if (i > fed) task.process(offsetBy(texts.slice(fed, i), fed));
    fed = i;
    const answer = await bodyOf<Prediction>(service.post(stream[i]));
    const again = await bodyOf<BatchAnswer>(service.post([stream[i], stream[i]]));
    const output = task.process(offsetBy(texts.slice(i, i + 1), i));
    fed = i + 1;
    expect(answer.probability).toBe(output.scores!.probabilities[0]);
    expect(again.predictions.map((entry) => "probability" in entry && [entry.probability, entry.window])).toEqual([[answer.probability, answer.window], [answer.probability, answer.window]]);
  }
});

test("asking changes nothing of the stream: a task that was asked has the state of one that was not, byte for byte", async () => {
  const { service, start } = await startLive();
  await using _ = service;
  using asked = start(true);
  using alone = start(false);
  const texts = stream.map((reading) => JSON.stringify(reading));
  for (let i = 0; i < 1200; i += 200) {
    for (const task of [asked, alone]) task.process(offsetBy(texts.slice(i, i + 200), i));
    for (const reading of stream.slice(0, 50)) expect((await service.post(reading)).status).toBe(200);
    expect(Buffer.compare(asked.snapshot(), alone.snapshot())).toBe(0);
  }
});

test("windows count the sensor's readings of the longest span; a sensor that nobody knows, and a reading without one, is alone; so are all once the engine has ended", async () => {
  const { service, start } = await startLive();
  await using _ = service;
  const readings = Array.from({ length: 10 }, (_, i) => JSON.stringify(message({ sensor_id: "kitchen", UTC: START_MS / 1000 + i })));
  const ask = async (changes: object) => (await bodyOf<Prediction>(service.post(message({ UTC: START_MS / 1000 + 10, ...changes })))).window.readings;
  {
    using task = start(true);
    task.process(recordsOf(readings));
    expect(await Promise.all([ask({ sensor_id: "kitchen" }), ask({ device_id: "kitchen" }), ask({ sensor_id: "attic" }), ask({}), ask({ sensor_id: "partition-0" })])).toEqual([11, 11, 1, 1, 1]);
    expect(await ask({ sensor_id: "kitchen", UTC: START_MS / 1000 + 5 })).toBe(7);
  }
  expect(await ask({ sensor_id: "kitchen" })).toBe(1);
});

/** Texts as records from an offset on. */
function offsetBy(texts: readonly string[], from: number) {
  const records = recordsOf(texts, { appendTimeMs: START_MS + 1_000_000 });
  return { ...records, offsets: records.offsets.map((offset) => offset + from) };
}

test("requests that come at once do not meet", async () => {
  const { service, start } = await startLive();
  await using _ = service;
  using task = start(true);
  task.process(recordsOf(stream.map((reading) => JSON.stringify(reading)), { appendTimeMs: START_MS + 1_000_000 }));
  const asked = stream.slice(0, 60).map((reading, i) => (i % 3 === 0 ? reading : i % 3 === 1 ? [reading, message()] : { data: [reading] }));
  const alone: unknown[] = [];
  for (const body of asked) alone.push(await bodyOf(service.post(body)));
  expect(await Promise.all(asked.map((body) => bodyOf(service.post(body))))).toEqual(alone);
});

test("windows are those of their sensors wherever the kernel's memory grows while a request is scored", async () => {
  const names = Array.from({ length: 200 }, (_, i) => `sensor ${i}`);
  const texts = Array.from({ length: 240 }, (_, second) => names.map((sensor_id, i) => JSON.stringify(message({ sensor_id, UTC: START_MS / 1000 + second, "TVOC[ppb]": (i * 31 + second * 17) % 900 })))).flat();
  const readings = names.map((sensor_id, i) => message({ sensor_id, UTC: START_MS / 1000 + 240, "TVOC[ppb]": (i * 13) % 900 }));
  let grown = 0;
  for (let leftBytes = 0; leftBytes < 1_600_000; leftBytes += 400_000) {
    for (const body of [readings, readings[0]!]) {
      const { service, start } = await startLive();
      await using _ = service;
      using task = start(true);
      task.process(recordsOf(texts, { appendTimeMs: START_MS + 1_000_000 }));
      fillMemory(service.kernel, leftBytes);
      const before = service.kernel.calls.memory.buffer.byteLength;
      const answer = await bodyOf<BatchAnswer & Prediction>(service.post(body));
      grown += Number(service.kernel.calls.memory.buffer.byteLength > before);
      const output = task.process(offsetBy(readings.map((reading) => JSON.stringify(reading)), texts.length));
      const given = Array.isArray(body) ? answer.predictions : [answer];
      expect(given.map((entry) => "probability" in entry && [entry.probability, entry.window.readings]), `${leftBytes} bytes left`).toEqual(Array.from(output.scores!.probabilities.slice(0, given.length), (probability) => [probability, 241]));
    }
  }
  expect(grown).toBeGreaterThan(2);
});
