import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelStore } from "../../../../engine/model/model-store.ts";
import { records, mean } from "../../../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../../engine/pipeline/feature-set.ts";
import { pipeline, type Pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../../engine/pipeline/window-kind.ts";
import { outputRecords } from "../../../../engine/sink/records.ts";
import type { TaskOutput } from "../../../../engine/task/output.ts";
import { Task } from "../../../../engine/task/task.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { stumpStore } from "../../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../../fixtures/readings.ts";

const kernel = await loadKernel();
const source = pipeline("small").from(topic("readings"), smallSchema).eventTime("t", { maxOutOfOrderness: "5s", forgetAfter: "1m" });
const scored = source.features(trailing("10s")).score(model("small"));
const refuse = (b: number) => {
  if (b === 4) throw new RangeError("four is too many");
  return b;
};

const pipelines = {
  "a filter behind the score": scored.filter("not by three", { row: ({ b }) => b % 3 !== 0 }).alert({ holdOff: "3s" }).to(topic("predictions"), topic("copies"), history()),
  "a filter of columns behind the score": scored.filter("not by three", { columns: ({ b }) => b.map((x) => x % 3) }).alert({ holdOff: "0s" }).to(topic("predictions")),
  "a map behind the score that throws": scored.map("fragile", { adds: ["x"], row: ({ b, probability }) => ({ x: refuse(b) * probability }) }).alert({ holdOff: "3s" }).to(topic("predictions"), topic("copies"), history()),
  "a flatMap behind the score": scored.flatMap("each", { gives: ["x"], row: ({ b, probability }) => Array.from({ length: refuse(b) % 3 }, (_, x) => ({ x: x + probability })) }).to(topic("rows")),
  "a flatMap before the score": source.flatMap("each", { gives: ["a[C]", "b", "n", "label"], row: (row) => Array.from({ length: refuse(row.b) % 3 }, () => ({ ...row })) }).features(trailing("10s")).score(model("small")).alert({ holdOff: "3s" }).to(topic("predictions"), topic("copies"), history()),
  "branches behind the score": scored
    .branch((rows) => rows.filter("only hot", { row: ({ b }) => b >= 5 }).to(topic("hot")))
    .branch((rows) => rows.window(tumbling("10s")).aggregate({ n: records(), probability: mean("probability") }).to(topic("windows")))
    .alert({ holdOff: "3s" })
    .to(topic("predictions"), history())
    .filter("only hottest", { row: ({ b }) => b >= 8 })
    .to(topic("hottest")),
  "a score of windows": source.window(tumbling("10s")).aggregate({ "a[C]": mean("a[C]"), b: mean("b"), n: mean("n") }).score(model("small")).alert({ holdOff: "3s" }).to(topic("scored"), history()),
} satisfies Record<string, Pipeline>;

const modelsOf = (plan: Pipeline) => stumpStore(kernel, plan, "b", 5);

interface Message {
  readonly t: number;
  readonly b: number;
  readonly sensor_id: string;
}

/** What is written of the messages, by topic; and the predictions as the history is told of them. */
function run(plan: Pipeline, models: ModelStore, messages: readonly Message[], cuts: readonly number[]) {
  using task = new Task({ kernel, pipeline: plan, models, format: { kind: "json" } });
  const lines = new Map<string, unknown[]>();
  const predicted: [offset: number, probability: number][] = [];
  const take = (output: TaskOutput) => {
    const written = outputRecords(plan, output);
    for (const { topic, value } of written) lines.set(topic, [...(lines.get(topic) ?? []), JSON.parse(value)]);
    for (const [i, probability] of (output.scores?.probabilities ?? []).entries()) predicted.push([output.batch.offsets[output.scored?.[i] ?? i]!, probability]);
    if (output.encodePredictions === null) return;
    const texts = written.flatMap(({ topic, value }) => (topic === plan.predictions ? [value] : []));
    expect(new TextDecoder().decode(output.encodePredictions().bytes)).toBe(texts.map((text) => `${text}\n`).join(""));
  };
  let first = 0;
  for (let i = 0; first < messages.length; i++) {
    const texts = messages.slice(first, first + cuts[i % cuts.length]!).map((message) => JSON.stringify({ a: 1, ...message }));
    const batch = recordsOf(texts);
    texts.forEach((_, row) => {
      batch.offsets[row] = first + row;
      batch.appendTimesMs[row] = messages[first + row]!.t * 1000;
    });
    take(task.process(batch));
    first += texts.length;
  }
  take(task.end());
  return { lines: Object.fromEntries([...lines].sort(([a], [b]) => (a < b ? -1 : 1))), predicted };
}

const someMessages = fc
  .array(fc.record({ step: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: -3, max: 4 }) }, { weight: 1, arbitrary: fc.constant(70) }), b: fc.nat({ max: 9 }), sensor_id: fc.constantFrom("s0", "s1", "s2") }), { minLength: 1, maxLength: 40 })
  .map((all) => {
    let t = 100;
    return all.map(({ step, b, sensor_id }): Message => ({ t: (t += step), b, sensor_id }));
  });

test.each(Object.entries(pipelines))("however readings are cut into batches, %s gives the same predictions, alerts and rows", async (_, plan) => {
  const models = await modelsOf(plan);
  fc.assert(
    fc.property(someMessages, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }), (messages, cuts) => {
      expect(run(plan, models, messages, cuts)).toEqual(run(plan, models, messages, [1]));
    }),
    { numRuns: 60 },
  );
});

const fixed = Array.from({ length: 10 }, (_, b): Message => ({ t: 100 + b * 10, b, sensor_id: "s" }));
const offsetsOf = (rows: readonly unknown[] = []) => (rows as { stream_metadata: { kafka_offset: number } }[]).map(({ stream_metadata }) => stream_metadata.kafka_offset);
const valuesOf = (rows: readonly unknown[] = []) => (rows as { b: number }[]).map(({ b }) => b);

test("what a filter lets through behind the score is predicted, and raises alerts, as it was scored", async () => {
  const plan = pipelines["a filter behind the score"];
  const { lines, predicted } = run(plan, await modelsOf(plan), fixed, [10]);
  expect(offsetsOf(lines["predictions"])).toEqual([1, 2, 4, 5, 7, 8]);
  expect(predicted.map(([offset, probability]) => [offset, probability > 0.5])).toEqual([[1, false], [2, false], [4, false], [5, true], [7, true], [8, true]]);
  expect((lines["small_alerts"] as { alert_id: string }[]).map(({ alert_id }) => alert_id)).toEqual(["0_5", "0_7", "0_8"]);
});

test("a second topic of scored rows has their fields, margin, probability and prediction", async () => {
  const plan = pipelines["a map behind the score that throws"];
  const { lines } = run(plan, await modelsOf(plan), fixed.slice(5, 6), [10]);
  const fire = Math.fround(1 / (1 + Math.fround(Math.exp(-2))));
  expect(lines["copies"]).toEqual([{ sensor_id: "s", timestamp: "1970-01-01T00:02:30.000Z", "a[C]": 1, b: 5, n: null, label: null, margin: 2, probability: expect.closeTo(fire, 6), prediction: 1, x: expect.closeTo(5 * fire, 5) }]);
  expect(lines["predictions"]).toMatchObject([{ prediction: 1, alert_level: "HIGH", sensor_data: { b: 5 } }]);
});

test("predictions are those that every scored reading reaches, wherever branches stand that take some of them", async () => {
  const plan = pipelines["branches behind the score"];
  expect(plan.predictions).toBe("predictions");
  const { lines, predicted } = run(plan, await modelsOf(plan), fixed, [10]);
  expect(offsetsOf(lines["predictions"])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(predicted).toHaveLength(10);
  expect(valuesOf(lines["hot"])).toEqual([5, 6, 7, 8, 9]);
  expect(valuesOf(lines["hottest"])).toEqual([8, 9]);
});

test("windows that a model has scored are written as windows, also those that no reading has closed", async () => {
  const plan = pipelines["a score of windows"];
  const { lines, predicted } = run(plan, await modelsOf(plan), fixed.slice(4, 6), [10]);
  expect(lines["scored"]).toMatchObject([{ window_start: "1970-01-01T00:02:20.000Z", b: 4, prediction: 0 }, { window_start: "1970-01-01T00:02:30.000Z", b: 5, prediction: 1 }]);
  expect(lines["small_alerts"]).toMatchObject([{ alert_id: "0_window_s_150000_160000" }]);
  expect(predicted).toEqual([]);
});

test("of a reading that a function before the score has made several rows of, each is predicted, in batches of as many rows as readings too", async () => {
  const plan = pipelines["a flatMap before the score"];
  const { predicted } = run(plan, await modelsOf(plan), fixed.slice(0, 3), [3]);
  expect(predicted.map(([offset]) => offset)).toEqual([1, 2, 2]);
});
