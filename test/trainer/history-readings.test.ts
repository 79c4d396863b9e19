import { expect, test } from "vitest";
import { HistorySink } from "../../engine/history/history-sink.ts";
import { writeLabels, type Label } from "../../engine/history/labels.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import { tendHistory } from "../../engine/history/tend.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { MemorySource } from "../../engine/source/memory.ts";
import { Task } from "../../engine/task/task.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { datasetOf, readDataset } from "../../trainer/dataset.ts";
import { boundsOfHistory, historySql, type LastDays } from "../../trainer/history-query.ts";
import { historyReadings } from "../../trainer/history-readings.ts";
import { random } from "../fixtures/random.ts";
import { recordsOf, smallSchema } from "../fixtures/readings.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).features({ spansMs: [10_000] });

function messages(seed: number, count: number): string[] {
  const next = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const label = next() < 0.3 ? {} : { label: next() < 0.5 ? 1 : 0 };
    return JSON.stringify({ t: 1000 + i + Math.floor(next() * 5), a: next() < 0.2 ? null : next() * 90, b: next() * 3, sensor_id: `s${Math.floor(next() * 3)}`, ...label });
  });
}

async function keep(directory: string, texts: readonly string[], { batch, run, partition = 0 }: { batch: number; run: string; partition?: number }): Promise<void> {
  using task = new Task({ kernel, pipeline: small, models: null, format: { kind: "json" } });
  await using sink = await HistorySink.open({ pipeline: small, directory, run });
  for (let at = 0; at < texts.length; at += batch) {
    const records = recordsOf(texts.slice(at, at + batch), { partition });
    records.offsets.forEach((offset, i) => (records.offsets[i] = offset + at));
    await sink.write(task.process(records));
    await sink.flush();
  }
}

async function readHistory(directory: string, last: LastDays | null = null) {
  await using reader = await HistoryReader.open({ directory, threads: 1 });
  const bounds = (await boundsOfHistory(reader, small, last))!;
  const read = await reader.query((connection) => datasetOf(kernel, small, historyReadings(connection, historySql(small, bounds))));
  return { ...read, bounds };
}

test.each([1, 2, 3])("readings of the history give the dataset, and the hash, that their messages give, seed %i", async (seed) => {
  await using folder = await temporaryFolder();
  const texts = messages(seed, 700);
  await keep(folder.path, texts, { batch: 97, run: "r1" });
  const expected = await readDataset(kernel, small, new MemorySource("readings", [recordsOf(texts)]));
  const { bounds: _, ...found } = await readHistory(folder.path);
  expect(found).toEqual(expected);
});

test("files that are merged into one for each day hold the same readings, in the same order", async () => {
  await using folder = await temporaryFolder();
  await keep(folder.path, messages(6, 500), { batch: 50, run: "r1" });
  const before = await readHistory(folder.path);
  const { merged } = await tendHistory({ directory: folder.path, now: () => 10 * 86_400_000, retentionDays: null, sizeLimitBytes: null });
  expect(merged.files).toBe(10);
  expect(await readHistory(folder.path)).toEqual(before);
});

test("a reading that was kept twice counts once, and its partition's place decides where it stands", async () => {
  await using folder = await temporaryFolder();
  const [first, second] = [messages(4, 60), messages(5, 60)];
  await keep(folder.path, second, { batch: 60, run: "r1", partition: 1 });
  await keep(folder.path, first, { batch: 60, run: "r1" });
  await keep(folder.path, first, { batch: 60, run: "r2" });
  const expected = await readDataset(kernel, small, new MemorySource("readings", [recordsOf(first), recordsOf(second, { partition: 1 })]));
  expect((await readHistory(folder.path)).dataset).toEqual(expected.dataset);
});

test("labels that were given count, and those of the bounds alone: readings and labels that come later change nothing", async () => {
  await using folder = await temporaryFolder();
  const texts = Array.from({ length: 20 }, (_, i) => JSON.stringify({ t: 1000 + i, a: i, b: 1, sensor_id: "s" }));
  await keep(folder.path, texts, { batch: 20, run: "r1" });
  const label = (given: Partial<Label>): Label => ({ sensor: "s", fromMs: 1_005_000, toMs: 1_010_000, label: 1, who: "Ada", givenMs: 5000, number: 1, ...given });
  await writeLabels(folder.path, [label({}), label({ fromMs: 1_000_000, toMs: 1_007_000, label: 0, number: 2 })]);
  const before = await readHistory(folder.path);
  expect([...before.dataset.labels]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  expect(before.unlabelled).toBe(10);

  await writeLabels(folder.path, [label({ label: 0, givenMs: 6000, number: 3 })]);
  await keep(folder.path, [JSON.stringify({ t: 1003, a: 1, b: 1, sensor_id: "s", label: 1 })], { batch: 1, run: "r2", partition: 7 });
  await using reader = await HistoryReader.open({ directory: folder.path, threads: 1 });
  const again = await reader.query((connection) => datasetOf(kernel, small, historyReadings(connection, historySql(small, before.bounds))));
  expect(again.readings).toEqual(before.readings);
  expect((await readHistory(folder.path)).readings).not.toEqual(before.readings);
});

test("of the last days only, and none of another topic", async () => {
  await using folder = await temporaryFolder();
  const texts = [0, 1, 2, 3].map((day) => JSON.stringify({ t: 1000 + day * 86_400, a: day, b: 1, label: day % 2 }));
  await keep(folder.path, texts, { batch: 4, run: "r1" });
  expect((await readHistory(folder.path, { days: 2, atMs: 1_000_000 + 3 * 86_400_000 })).readings.count).toBe(2);
  await using reader = await HistoryReader.open({ directory: folder.path, threads: 1 });
  expect(await boundsOfHistory(reader, small.readFrom(topic("other")))).toBeNull();
});

/*
 *   day     0   1   2   3 . . . 60
 *   reading r   r   r   r        x    x: dated by a clock that is far ahead
 *   last 2 days     [───────)
 */
test("a reading that is dated far ahead does not move the last days, unless most are", async () => {
  await using folder = await temporaryFolder();
  const at = (day: number) => JSON.stringify({ t: 1000 + day * 86_400, a: day, b: 1, label: day % 2 });
  await keep(folder.path, [0, 1, 2, 3, 60].map(at), { batch: 5, run: "r1" });
  const nowMs = 1_000_000 + 3 * 86_400_000;
  const { bounds } = await readHistory(folder.path, { days: 2, atMs: nowMs });
  expect([bounds.fromMs, bounds.toMs]).toEqual([nowMs + 1 - 2 * 86_400_000, nowMs + 1]);
  expect((await readHistory(folder.path, { days: 2, atMs: nowMs })).readings.count).toBe(2);
  await using reader = await HistoryReader.open({ directory: folder.path, threads: 1 });
  const newestAt = async (day: number) => ((await boundsOfHistory(reader, small, { days: 2, atMs: 1_000_000 + day * 86_400_000 }))!.toMs - 1 - 1_000_000) / 86_400_000;
  expect([await newestAt(-9), await newestAt(1), await newestAt(2), await newestAt(59), await newestAt(60)]).toEqual([60, 60, 2, 3, 60]);
});
