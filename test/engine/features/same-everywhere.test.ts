import { expect, test } from "vitest";
import { readingsBatch, Scorer } from "../../../api/score.ts";
import { featureNames } from "../../../engine/features/features.ts";
import { trailingKinds } from "../../../engine/features/trailing-kinds.ts";
import type { Model } from "../../../engine/model/model-store.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { derived, trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { MemorySource } from "../../../engine/source/memory.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { readDataset } from "../../../trainer/dataset.ts";
import { random } from "../../fixtures/random.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const READINGS = 100_000;
const asked = pipeline("small")
  .from(topic("readings"), smallSchema)
  .features(trailing("10s", "1m", "5m", { of: trailingKinds.map(({ kind }) => kind) }), derived({ "a / b": { ratio: ["a[C]", "b"] } }))
  .score(model("small"))
  .to(topic("predictions"));
const width = featureNames(asked).length;

interface Message {
  readonly t: number;
  readonly a: number | null;
  readonly b: number;
  readonly sensor_id: string;
  readonly label: number;
}

/** Mostly in order, some late, some without a value; ten readings of each sensor in a row, so that both have history. */
function messagesOf(sensors: number): Message[] {
  const next = random(11);
  return Array.from({ length: READINGS }, (_, i) => {
    const late = next() < 0.05 ? Math.floor(next() * 20) : 0;
    return { t: 1_700_000_000 + Math.floor(i / Math.min(sensors, 100)) - late, a: next() < 0.02 ? null : Math.round(next() * 20_000) / 100 - 100, b: Math.round(next() * 1e6) / 1000, sensor_id: `s${i % sensors}`, label: i % 2 };
  });
}

/** A model that keeps the features which it is to score, as bits. */
function keeping(kept: Uint32Array): Model {
  let filled = 0;
  const predictAt = (at: number, rows: number) => {
    kept.set(new Uint32Array(kernel.f32(at, rows * width).slice().buffer), filled);
    filled += rows * width;
    return { margins: new Float32Array(rows), predictions: new Float32Array(rows) };
  };
  return { id: "0", trial: null, version: "0", forest: { predictAt } as unknown as Model["forest"], card: null, trainedOn: "", threshold: 0.5, loadedAtMs: 0, file: new Uint8Array(0) };
}

const bitsOf = (features: Float32Array) => new Uint32Array(features.buffer, features.byteOffset, features.length);

/** The first place where two differ. */
const firstDifference = (x: Uint32Array, y: Uint32Array) => (x.length === y.length ? x.findIndex((bits, i) => bits !== y[i]) : NaN);

/** What trainer and task make of the same messages, in batches of different sizes. */
async function trainerAndTask(messages: readonly Message[]): Promise<{ trainers: Uint32Array; tasks: Uint32Array }> {
  const texts = messages.map((message) => JSON.stringify(message));
  const { dataset } = await readDataset(kernel, asked, new MemorySource("readings", [recordsOf(texts)]));
  const tasks = new Uint32Array(READINGS * width);
  const kept = keeping(tasks);
  using task = new Task({ kernel, pipeline: asked, models: { require: () => kept, find: () => null }, format: { kind: "json" } });
  for (let first = 0; first < READINGS; first += 777) {
    const records = recordsOf(texts.slice(first, first + 777));
    records.offsets.forEach((offset, i) => (records.offsets[i] = offset + first));
    task.process(records);
  }
  return { trainers: bitsOf(dataset.features), tasks };
}

test("trainer and engine compute the same bits of 100,000 readings of 100 sensors, however they are cut into batches", async () => {
  const { trainers, tasks } = await trainerAndTask(messagesOf(100));
  expect(firstDifference(trainers, tasks)).toBe(-1);
  expect(new Set(tasks.subarray(50_000 * width, 50_001 * width)).size).toBeGreaterThan(20);
});

test("trainer, engine and API compute the same bits of 100,000 single readings, with nothing that looks back but that they are alone", async () => {
  const messages = messagesOf(READINGS);
  const { trainers, tasks } = await trainerAndTask(messages);
  expect(firstDifference(trainers, tasks)).toBe(-1);
  const apis = new Uint32Array(READINGS * width);
  using scorer = new Scorer({ kernel, pipeline: asked });
  scorer.score(keeping(apis), readingsBatch(3, messages.map(({ t, a, b }) => ({ timeMs: t * 1000, values: [a ?? NaN, b, NaN] }))));
  expect(firstDifference(apis, trainers)).toBe(-1);
  const first = new Float32Array(apis.buffer, 0, width);
  expect(first.subarray(3, width - 2).every(Number.isNaN)).toBe(true);
  expect(first.subarray(width - 2)).toEqual(first.subarray(0, 2));
});
