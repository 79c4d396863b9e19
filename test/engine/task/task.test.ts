import { expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { computed, records } from "../../../engine/pipeline/aggregate.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { hopping, session, sliding, tumbling } from "../../../engine/pipeline/window-kind.ts";
import { outputRecords } from "../../../engine/sink/records.ts";
import { sliceRecords } from "../../../engine/source/record-batch.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { writeStump } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).alert({ of: "fire", to: topic("small_alerts"), holdOff: "10s" }).to(topic("small_predictions"));

async function taskWith(split: number) {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  await writeStump(path, small, "b", split);
  const models = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
  await models.refresh();
  return new Task({ kernel, pipeline: small, models, format: { kind: "json" } });
}

const reading = (t: number, b: number, sensor = "s") => `{"t":${t},"a":1,"b":${b},"sensor_id":"${sensor}"}`;

//  t       0   1   2   3   20   21        b >= 5 is fire; hold-off 10 s
//  b       1   5   9   1   7    1
//  alert       ^           ^
test("readings are scored in offset order, and a fire is told when it is first seen", async () => {
  using task = await taskWith(5);
  const { scores, alerts } = task.process(recordsOf([[0, 1], [1, 5], [2, 9], [3, 1], [20, 7], [21, 1]].map(([t, b]) => reading(t!, b!))));
  expect([...scores!.predictions]).toEqual([0, 1, 1, 0, 1, 0]);
  expect(alerts.map(({ id, severity }) => [id, severity])).toEqual([["0_1", "HIGH"], ["0_4", "HIGH"]]);
});

test("a late reading is scored and marked", async () => {
  using task = await taskWith(5);
  const { late, scores } = task.process(recordsOf([reading(100, 1), reading(80, 9)]));
  expect([...late]).toEqual([0, 1]);
  expect([...scores!.predictions]).toEqual([0, 1]);
});

test("any cut into batches gives the same records, byte for byte", async () => {
  const texts = Array.from({ length: 60 }, (_, i) => (i % 13 === 0 ? "bad" : reading(i * 3 - (i % 4) * 20, i % 9, `s${i % 3}`)));
  const run = async (size: number) => {
    using task = await taskWith(5);
    const values: string[] = [];
    for (let first = 0; first < texts.length; first += size) {
      const records = recordsOf(texts.slice(first, first + size));
      records.offsets.forEach((offset, i) => (records.offsets[i] = offset + first));
      values.push(...outputRecords(small, task.process(records)).map(({ topic, value }) => `${topic} ${value}`));
    }
    return values.sort();
  };
  expect(await run(1)).toEqual(await run(60));
  expect(await run(7)).toEqual(await run(60));
});

test("records carry the fields that consumers of the original expect", async () => {
  using task = await taskWith(5);
  const output = task.process(recordsOf([reading(1, 7), '{"t":2}'], { keys: ["kitchen", null] }));
  const records = outputRecords(small, output).map(({ topic, key, value }) => ({ topic, key, value: JSON.parse(value) as unknown }));
  const fire = Math.fround(1 / (1 + Math.fround(Math.exp(-2))));
  expect(records).toMatchObject([
    {
      topic: "small_predictions",
      key: "kitchen",
      value: {
        prediction: 1,
        prediction_label: "fire",
        probability: expect.closeTo(fire, 6),
        confidence: { fire: expect.closeTo(fire, 6), no_fire: expect.closeTo(1 - fire, 6) },
        timestamp: "1970-01-01T00:00:01.000Z",
        model_info: { version: expect.stringMatching(/^[0-9a-f]{12}$/), trained_on: "simulated" },
        stream_metadata: { kafka_topic: "readings", kafka_partition: 0, kafka_offset: 0, kafka_timestamp: null, prediction_id: "0_0" },
        sensor_data: { "a[C]": 1, b: 7, n: null },
        alert_level: "HIGH",
      },
    },
    {
      topic: "small_alerts",
      key: "kitchen",
      value: { timestamp: "1970-01-01T00:00:01.000Z", sensor: "kitchen", value: expect.closeTo(fire, 6), threshold: 0.5, severity: "HIGH", alert_type: "fire", message: expect.stringContaining("kitchen") },
    },
    { topic: "small_dead_letter", key: null, value: { code: "MGV_FIELD_MISSING", offset: 1, value_base64: Buffer.from('{"t":2}').toString("base64") } },
  ]);
});

test("a message of any size becomes a dead letter that a broker takes", async () => {
  using task = await taskWith(5);
  const big = "x".repeat(5_000_000);
  const output = task.process(recordsOf([big, `{"t":1,"a":1,"b":1,"sensor_id":"${big}"}`, '{"t":1}'], { keys: [null, null, big] }));
  const records = outputRecords(small, output);
  expect(records.map(({ value, key }) => value.length + (key?.length ?? 0) < 900_000)).toEqual([true, true, true]);
  expect(records.map(({ value }) => JSON.parse(value) as unknown)).toMatchObject([
    { code: "MGV_JSON", value_bytes: 5_000_000, value_truncated: true },
    { code: "MGV_FIELD_RANGE", reason: expect.stringContaining("5000000 characters") },
    { code: "MGV_FIELD_MISSING", key: null, value_bytes: 7, value_truncated: false },
  ]);
});

test("with scoring switched off readings are decoded and nothing is predicted", () => {
  using task = new Task({ kernel, pipeline: small, models: null, format: { kind: "json" } });
  const output = task.process(recordsOf([reading(1, 7)]));
  expect(output.scores).toBeNull();
  expect(outputRecords(small, output)).toEqual([]);
});

//  t     0   60   30   31            watermark = newest; minute 0 is gone at 60, hopping windows of two minutes are not
test("readings that came after all windows of a step are counted for each step that they came too late for", () => {
  const minutes = pipeline("late")
    .from(topic("readings"), smallSchema)
    .eventTime("t", { maxOutOfOrderness: "0s" })
    .branch((rows) => rows.window(tumbling("1m"), { name: "minute" }).aggregate({ n: records() }).to(topic("one")))
    .branch((rows) => rows.window(tumbling("30s"), { name: "half a minute" }).aggregate({ n: records() }).to(topic("half")))
    .branch((rows) => rows.window(hopping("2m", "1m"), { name: "two minutes" }).aggregate({ n: records() }).to(topic("two")));
  using task = new Task({ kernel, pipeline: minutes, models: null, format: { kind: "json" } });
  expect(task.process(recordsOf([reading(0, 1), reading(60, 1), reading(30, 1), reading(31, 1), reading(61, 1)])).lateForWindows).toBe(4);
});

test("what is kept of windows, and of readings for users' functions of them, does not grow with the stream", () => {
  for (const window of [hopping("1m", "20s"), session("15s"), sliding("1m")]) {
    const most = pipeline("plain").from(topic("readings"), smallSchema).window(window).aggregate({ most: computed(["b"], ({ b }) => Math.max(...b)) }).to(topic("out"));
    const bytesAfter = (readings: number) => {
      using task = new Task({ kernel, pipeline: most, models: null, format: { kind: "json" } });
      // a pause after every tenth reading ends the session
      task.process(recordsOf(Array.from({ length: readings }, (_, i) => reading(i * 10 + Math.floor(i / 10) * 20, i))));
      return task.snapshot().length;
    };
    expect(bytesAfter(10_000)).toBeLessThan(bytesAfter(200) + 4096);
  }
});

test("sensors that are forgotten leave nothing behind, whether a reading of another or the clock alone has shown that they are gone", () => {
  const counted = pipeline("counted")
    .from(topic("readings"), smallSchema)
    .eventTime("t", { forgetAfter: "1m" })
    .map("nth", { adds: ["nth"], state: () => ({ seen: 0 }), row: (_, { state }) => ({ nth: ++state.seen }) })
    .window(tumbling("10s"))
    .aggregate({ n: records() })
    .to(topic("out"));
  const bytesAfter = (sensors: number, isClock: boolean) => {
    using task = new Task({ kernel, pipeline: counted, models: null, format: { kind: "json" } });
    for (let i = 0; i < sensors; i++) {
      task.process(recordsOf([reading(i * 100, 1, `a sensor with a name of its own, number ${i}`)], { appendTimeMs: i * 100_000 }));
      if (isClock) task.advance(i * 100_000 + 90_000);
    }
    return task.snapshot({ isWhole: true }).length;
  };
  for (const isClock of [false, true]) expect(bytesAfter(500, isClock)).toBeLessThan(bytesAfter(20, isClock) + 4096);
});

test("what a function kept of a sensor that the clock alone has shown to be gone is neither its own any more nor another's", () => {
  const counted = pipeline("counted")
    .from(topic("readings"), smallSchema)
    .eventTime("t", { forgetAfter: "1m" })
    .map("nth", { adds: ["nth"], state: () => ({ seen: 0 }), row: (_, { state }) => ({ nth: ++state.seen }) })
    .to(topic("out"));
  for (const later of ["one", "two"]) {
    using task = new Task({ kernel, pipeline: counted, models: null, format: { kind: "json" } });
    const seenAt = (seconds: number, sensor: string) => task.process(recordsOf([reading(seconds, 1, sensor)], { appendTimeMs: seconds * 1000 })).rows.map(({ values }) => values["nth"]);
    expect([seenAt(0, "one"), seenAt(1, "one")]).toEqual([[1], [2]]);
    task.advance(90_000);
    expect(seenAt(100, later)).toEqual([1]);
  }
});

//  s        0    11        90 or 100        the window from 10 s on is open when its sensor is forgotten
//  sensor   one  one       clock or other
test("the last window of a sensor that is forgotten finds what steps behind it have kept of the sensor, and leaves nothing of it", () => {
  const counted = pipeline("counted")
    .from(topic("readings"), smallSchema)
    .eventTime("t", { forgetAfter: "1m", maxOutOfOrderness: "0s" })
    .window(tumbling("10s"))
    .aggregate({ n: records() })
    .map("nth", { adds: ["nth"], state: () => ({ seen: 0 }), row: (_, { state }) => ({ nth: ++state.seen }) })
    .to(topic("out"))
    .window(tumbling("1m"))
    .aggregate({ windows: records() })
    .to(topic("minutes"));
  for (const isClock of [false, true]) {
    using task = new Task({ kernel, pipeline: counted, models: null, format: { kind: "json" } });
    const rows: string[] = [];
    const take = (output: TaskOutput) => rows.push(...output.rows.map(({ sensor, timeMs, values }) => `${sensor} ${timeMs / 1000} ${values["nth"] ?? values["windows"]}`));
    const seenAt = (seconds: number, sensor: string) => take(task.process(recordsOf([reading(seconds, 1, sensor)], { appendTimeMs: seconds * 1000 })));
    seenAt(0, "one");
    seenAt(11, "one");
    if (isClock) take(task.advance(90_000));
    seenAt(100, "another");
    seenAt(101, "third"); // one of them by the number that is free
    seenAt(111, "another");
    seenAt(111, "third");
    expect(rows).toEqual(["one 10 1", "one 20 2", "one 60 2", "another 110 1", "third 110 1"]);
  }
});

test("time goes on for a task whose model was closed since its last record", async () => {
  await using folder = await temporaryFolder();
  const scored = pipeline("scored").from(topic("readings"), smallSchema).eventTime("t", { forgetAfter: "1m" }).score(model("scored")).to(topic("scores"));
  await writeStump(folder.file("model.json"), scored, "b", 1);
  const models = new ModelStore({ kernel, pipeline: scored, path: folder.file("model.json"), now: () => 0 });
  await models.refresh();
  using task = new Task({ kernel, pipeline: scored, models, format: { kind: "json" } });
  expect(task.process(recordsOf(['{"t":1,"a":1,"b":2}'], { appendTimeMs: 1000 })).scores!.predictions).toHaveLength(1);
  models.require().forest[Symbol.dispose]();
  expect(task.advance(120_000).scores?.predictions ?? []).toHaveLength(0);
});

test("a task that is put back needs the model of long ago where it has records to fold again, and nowhere else", async () => {
  await using folder = await temporaryFolder();
  const modelsOf = async (split: number) => {
    await writeStump(folder.file("m.json"), small, "b", split);
    const models = new ModelStore({ kernel, pipeline: small, path: folder.file("m.json"), now: () => 0 });
    await models.refresh();
    return models;
  };
  const [before, now] = [await modelsOf(5), await modelsOf(3)];
  using task = new Task({ kernel, pipeline: small, models: before, format: { kind: "json" } });
  task.process(recordsOf([reading(0, 1)]));
  const snapshots = [task.snapshot()];
  const records = recordsOf([reading(0, 1), reading(1, 4)]);
  using idle = new Task({ kernel, pipeline: small, models: now, format: { kind: "json" }, snapshots });
  idle.replay(sliceRecords(records, 0, 1), []);
  idle.replay(null, []);
  expect([...idle.process(sliceRecords(records, 1, 2)).scores!.predictions]).toEqual([1]);
  using behind = new Task({ kernel, pipeline: small, models: now, format: { kind: "json" }, snapshots });
  expect(() => behind.replay(records, [])).toThrow(expect.objectContaining({ code: "MGV_MODEL_MISSING" }));
});

test("entries of the journal are numbered behind those that are gone", () => {
  using task = new Task({ kernel, pipeline: small, models: null, format: { kind: "json" } });
  task.passEntries(7);
  expect(task.advance(1).journal).toEqual([{ kind: "advance", appendNowMs: 1, number: 7, offset: 0 }]);
  task.passEntries(3);
  expect(task.end().journal).toEqual([{ kind: "end", number: 8, offset: 0 }]);
});

test("entries of the journal behind records that are deleted are taken in all the same", () => {
  using before = new Task({ kernel, pipeline: small, models: null, format: { kind: "json" } });
  before.process(recordsOf(['{"t":1,"a":1,"b":2}'], { appendTimeMs: 1000 }));
  const snapshots = [before.snapshot()];
  using task = new Task({ kernel, pipeline: small, models: null, format: { kind: "json" }, snapshots });
  task.replay(null, [{ kind: "advance", appendNowMs: 90_000, number: task.nextEntry, offset: 50 }]);
  expect(task.nextEntry).toBe(before.nextEntry + 1);
});
