import { expect, test } from "vitest";
import { max, records as readingsOf } from "../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import { sliceRecords } from "../../../engine/source/record-batch.ts";
import { checkChain, readSnapshot, writeSnapshot, type SnapshotHeader } from "../../../engine/task/snapshot.ts";
import { Task } from "../../../engine/task/task.ts";
import { PAGE_BYTES } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const header: SnapshotHeader = { pipeline: "p", steps: { a: "1", b: "2" }, sequence: 0, nextOffset: 5, nextEntry: 2, modelVersion: null, states: { a: [[0, { seen: 3 }]] } };
const pages = [3, 9].map((page) => ({ page, bytes: new Uint8Array(PAGE_BYTES).fill(page) }));

test("what was written is read, and nothing that was cut short or changed", () => {
  const written = writeSnapshot(header, pages);
  expect(readSnapshot(written)).toEqual({ header, pages });
  expect(readSnapshot(writeSnapshot(header, []))).toEqual({ header, pages: [] });
  const changed = (place: number) => Uint8Array.from(written, (byte, i) => (i === place ? byte ^ 1 : byte));
  const refused = (bytes: Uint8Array) => expect(() => readSnapshot(bytes));
  refused(new Uint8Array(0)).toThrow(expect.objectContaining({ code: "MGV_SNAPSHOT", message: expect.stringContaining("no snapshot") as string }));
  refused(changed(0)).toThrow("no snapshot");
  refused(changed(4)).toThrow("its format is version");
  for (const bytes of [changed(12), changed(written.length - 40), changed(written.length - 1), written.subarray(0, -1)]) refused(bytes).toThrow("its checksum is another");
});

test("a chain has no gap and is of one pipeline, whose steps that differ are named", () => {
  const own = { name: "p", steps: header.steps };
  checkChain([header, { ...header, sequence: 1 }], own);
  expect(() => checkChain([header, { ...header, sequence: 2 }], own)).toThrow("it is number 2 of its task where number 1 should stand");
  expect(() => checkChain([header], { ...own, name: "q" })).toThrow('of the pipeline "p", not of "q"');
  expect(() => checkChain([header], { ...own, steps: { b: "3", c: "4" } })).toThrow("the pipeline is another: a is gone, b has changed, c is new.");
});

//  quiet    x                             x
//  other      x x x x x x x x x x x x x x
//  taken           ^       ^       ^        the third begins a chain anew; `quiet` was not touched since the first
test("a chain that is begun anew needs nothing of the one before", () => {
  const counted = pipeline("counted")
    .from(topic("readings"), smallSchema)
    .map("nth", { adds: ["nth"], state: () => ({ seen: 0 }), row: (_, { state }) => ({ nth: ++state.seen }) })
    .window(tumbling("1h"))
    .aggregate({ n: readingsOf(), last: max("nth") })
    .to(topic("hours"));
  const begin = (snapshots: readonly Uint8Array[]) => new Task({ kernel, pipeline: counted, models: null, format: { kind: "json" }, snapshots });
  const records = recordsOf(Array.from({ length: 40 }, (_, i) => `{"t":${i},"a":1,"b":1,"sensor_id":"${i % 39 === 0 ? "quiet" : "other"}"}`));
  const process = (task: Task, from: number, to: number) => task.process(sliceRecords(records, from, to));
  using plain = begin([]);
  process(plain, 0, 10);
  plain.snapshot();
  process(plain, 10, 20);
  plain.snapshot();
  process(plain, 20, 30);
  const whole = plain.snapshot({ isWhole: true });
  expect(plain.sequence).toBe(1);
  process(plain, 30, 35);
  const chain = [whole, plain.snapshot()];
  using restored = begin(chain);
  expect([restored.nextOffset, restored.sequence]).toEqual([35, 2]);
  for (const task of [plain, restored]) process(task, 35, 40);
  const hours = restored.end().rows.map(({ sensor, values }) => [sensor, values]);
  expect(hours).toEqual([["other", { n: 38, last: 38 }], ["quiet", { n: 2, last: 2 }]]);
  expect(plain.end().rows.map(({ sensor, values }) => [sensor, values])).toEqual(hours);
});
