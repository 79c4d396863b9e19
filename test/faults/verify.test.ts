import { beforeAll, expect, test } from "vitest";
import { ModelStore } from "../../engine/model/model-store.ts";
import { outputRecords } from "../../engine/sink/records.ts";
import { RecordBatchBuilder } from "../../engine/source/record-batch.ts";
import type { RecordBatch } from "../../engine/source/source.ts";
import type { JournalEntry } from "../../engine/task/journal.ts";
import { Task } from "../../engine/task/task.ts";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { writeStump } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { Feed } from "./feed.ts";
import type { OutputRecord } from "./outputs.ts";
import { faultsPipeline, topicKinds, topicOf, type TopicKind } from "./pipeline.ts";
import { compareBytes, undisturbed } from "./undisturbed.ts";
import { verify, type Evidence, type Guarantee } from "./verify.ts";

const run = "verify";
const seed = Date.now() % 1_000_000_000;
const pipeline = faultsPipeline(run);
let sound: Evidence;
let again: OutputRecord[];

/** Two partitions, each taken in by a task in uneven batches, with silence between the rounds. */
beforeAll(async () => {
  console.log(`feed of seed ${seed}`);
  await using folder = await temporaryFolder();
  const kernel = await sharedKernel();
  const paths = [folder.file("first.json"), folder.file("second.json")];
  await writeStump(paths[0]!, pipeline, "value - mean 10s", 5);
  await writeStump(paths[1]!, pipeline, "value - mean 10s", 20);
  const stores = paths.map((path) => new ModelStore({ kernel, pipeline, path, now: () => 0 }));
  for (const store of stores) await store.refresh();
  let inUse = 0;
  const models = { require: () => stores[inUse]!.require(), find: () => null };

  const feed = new Feed({ seed, partitions: 2, sensors: 5, startMs: 1_700_000_000_000 });
  const input: RecordBatch[] = [];
  const outputs: OutputRecord[] = [];
  const journals = new Map<number, JournalEntry[]>([[0, []], [1, []]]);
  const kindOf = (topic: string) => topic.slice(run.length + 1) as TopicKind;
  const next = [0, 0];
  const tasks = [0, 1].map((partition) => new Task({ kernel, pipeline, models, format: { kind: "json" }, partition }));
  const keep = (partition: number, output: ReturnType<Task["advance"]>) => {
    journals.get(partition)!.push(...output.journal);
    outputs.push(...outputRecords(pipeline, output).map(({ topic, key, value }) => ({ kind: kindOf(topic), key, value })));
  };
  let nowMs = 1_800_000_000_000;
  for (let round = 0; round < 10; round++) {
    if (round === 5) inUse = 1;
    const builders = [0, 1].map((partition) => new RecordBatchBuilder(topicOf(run, "readings"), partition));
    for (const { partition, key, value } of round === 9 ? feed.flush() : feed.round(nowMs)) {
      builders[partition]!.add(next[partition]!++, (nowMs += 1), new TextEncoder().encode(key), value);
    }
    for (const [partition, builder] of builders.entries()) {
      if (builder.count === 0) continue;
      const records = builder.take();
      input.push(records);
      keep(partition, tasks[partition]!.process(records));
    }
    nowMs += 4000;
    if (round % 3 === 1) for (const [partition, task] of tasks.entries()) keep(partition, task.advance((nowMs += 2500)));
  }
  for (const task of tasks) task[Symbol.dispose]();
  sound = { input, outputs, again: [], journals };
  again = await undisturbed(sound, { kernel, run, models: paths });
});

function findings(change: (outputs: OutputRecord[]) => OutputRecord[], guarantee: Guarantee = "exactly-once"): string[] {
  return verify({ ...sound, outputs: change([...sound.outputs]) }, guarantee).map(({ what }) => what);
}


/** Where a record of the kind stands, from the middle on. */
function placeOf(outputs: readonly OutputRecord[], kind: TopicKind): number {
  const place = outputs.findIndex((record, i) => i >= outputs.length / 3 && record.kind === kind);
  expect(place, `no ${kind} in the run`).toBeGreaterThan(-1);
  return place;
}

test("an engine that was not disturbed gives what the fold expects, record by record, and the same bytes when it is replayed", () => {
  expect(verify(sound, "exactly-once")).toEqual([]);
  expect(compareBytes(again, sound.outputs)).toEqual([]);
  for (const kind of topicKinds) expect(sound.outputs.filter((record) => record.kind === kind).length, kind).toBeGreaterThan(3);
  expect(sound.journals.get(0)!.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["model", "advance"]));
});

test.each(topicKinds)("a lost record of %s is found", (kind) => {
  const lost = findings((outputs) => outputs.toSpliced(placeOf(outputs, kind), 1));
  expect(lost).toContain("lost");
  expect(compareBytes(again, sound.outputs.toSpliced(placeOf(sound.outputs, kind), 1)).map(({ what }) => what)).toEqual(["lost"]);
});

test.each(topicKinds)("a doubled record of %s is found", (kind) => {
  const double = (outputs: OutputRecord[]) => [...outputs, outputs[placeOf(outputs, kind)]!];
  expect(findings(double)).toContain("doubled");
  expect(compareBytes(again, double([...sound.outputs])).map(({ what }) => what)).toEqual(["doubled"]);
});

test.each(topicKinds)("two records of one sensor in %s that changed places are found", (kind) => {
  const outputs = [...sound.outputs];
  const otherOf = ({ key, value }: OutputRecord) => outputs.findLastIndex((record) => record.kind === kind && record.key === key && record.value !== value);
  const first = outputs.findIndex((record) => record.kind === kind && otherOf(record) !== -1);
  const second = otherOf(outputs[first]!);
  [outputs[first], outputs[second]] = [outputs[second]!, outputs[first]!];
  // alerts are expected in the order of the predictions that raise them
  expect(new Set(findings(() => outputs))).toEqual(new Set(["order"]));
  expect(compareBytes(again, outputs).map(({ what }) => what)).toEqual(["order"]);
});

test("a torn window, that holds only what came after a restart, is found", () => {
  for (const kind of ["windows", "updates"] as const) {
    const torn = findings((outputs) => {
      const place = placeOf(outputs, kind);
      const row = JSON.parse(outputs[place]!.value) as { readings: number };
      return outputs.with(place, { ...outputs[place]!, value: JSON.stringify({ ...row, readings: row.readings - 1 }) });
    });
    expect(torn).toEqual(["changed"]);
  }
});

test("an output that nothing calls for is found", () => {
  for (const kind of ["windows", "updates"] as const) {
    const extra = findings((outputs) => {
      const record = outputs[placeOf(outputs, kind)]!;
      return [...outputs, { ...record, value: JSON.stringify({ ...(JSON.parse(record.value) as object), window_start: "1999-01-01T00:00:00.000Z" }) }];
    });
    expect(extra).toEqual(["extra"]);
  }
});

test("a prediction of another model, or that names another input, is found", () => {
  const change = (edit: (prediction: Record<string, any>) => void) => {
    const place = placeOf(sound.outputs, "predictions");
    const prediction = JSON.parse(sound.outputs[place]!.value) as Record<string, any>;
    edit(prediction);
    return sound.outputs.with(place, { ...sound.outputs[place]!, value: JSON.stringify(prediction) });
  };
  expect(findings(() => change((prediction) => (prediction["stream_metadata"].kafka_topic = "another")))).toEqual(["changed"]);
  expect(findings(() => change((prediction) => prediction["stream_metadata"].kafka_offset++))).toContain("changed");
  expect(compareBytes(again, change((prediction) => (prediction["model_info"].version = "0123456789ab"))).map(({ what }) => what)).toEqual(["changed"]);
});

test("an entry of the journal that is lost or doubled is found", () => {
  const entries = sound.journals.get(0)!;
  for (const journal of [entries.toSpliced(1, 1), [entries[0]!, ...entries]]) {
    const journals = new Map(sound.journals).set(0, journal);
    expect(verify({ ...sound, journals }, "exactly-once").map(({ what }) => what)).toContain("order");
  }
});

test("a step that came later and has lost, doubled or torn sums is found", () => {
  const running = sound.outputs.filter(({ kind }) => kind === "running");
  const again = running.slice(running.length / 2);
  const found = (changed: readonly OutputRecord[]) => verify({ ...sound, again: changed }, "exactly-once").map(({ what }) => what);
  expect(found(again)).toEqual([]);
  expect(found(again.toSpliced(again.length - 4, 1))).toEqual(["changed"]);
  expect(found([...again, again.at(-3)!])).toEqual(["changed"]);
  expect(found(again.with(3, { ...again[3]!, value: again[3]!.value.replace(/"seen":\d+/, '"seen":1') }))).toEqual(["changed"]);
});

test("at least once, predictions, alerts of rules and dead letters may be doubled and may not be lost", () => {
  for (const kind of ["predictions", "bounds", "dead"] as const) {
    expect(findings((outputs) => [...outputs, outputs[placeOf(outputs, kind)]!], "at-least-once")).toEqual([]);
    expect(findings((outputs) => outputs.toSpliced(placeOf(outputs, kind), 1), "at-least-once")).toEqual(["lost"]);
  }
});
