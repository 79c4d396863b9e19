import { existsSync } from "node:fs";
import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { HistoryStore } from "../../../engine/history/history-store.ts";
import { pendingFiles } from "../../../engine/history/segment.ts";
import { TakenOverError, type TaskHistory } from "../../../engine/history/task-history.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { randomOutputs } from "../../fixtures/history-outputs.ts";
import { filesOf, query } from "../../fixtures/query.ts";
import { smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).to(topic("small_predictions"), history());
const PARTITION = 3;
const KINDS = ["predictions", "readings"];

/** Readings of one day, all of them scored. */
function output(from: number, rows: number): TaskOutput {
  const [made] = randomOutputs(1, { outputs: 1, rows: 1, scored: "all" });
  const repeated = <Values extends Float64Array | Float32Array | Uint32Array | Uint8Array>(values: Values) => new (values.constructor as new (length: number) => Values)(rows).fill(values[0]!) as Values;
  const { batch, scores, late } = made!;
  return {
    ...made!,
    batch: {
      ...batch,
      topic: small.readings,
      partition: PARTITION,
      count: rows,
      offsets: Float64Array.from({ length: rows }, (_, i) => from + i),
      appendTimesMs: repeated(batch.appendTimesMs),
      timesMs: new Float64Array(rows).fill(Date.UTC(2026, 10, 23)),
      sensors: repeated(batch.sensors),
      columns: batch.columns.map(repeated),
      labels: repeated(batch.labels),
    },
    late: repeated(late),
    scores: { ...scores!, margins: repeated(scores!.margins), probabilities: repeated(scores!.probabilities), predictions: repeated(scores!.predictions), levels: repeated(scores!.levels) },
  };
}

const storeIn = (directory: string, run = "r1") => HistoryStore.open({ pipeline: small, directory, run });

const settledAt = (settledOffset: number, settledBy: string | null = null, settledEntry = 0) => ({ settledOffset, settledEntry, settledBy });

/** As an owner's producer has it, of which the broker counts the epochs. */
const fence = (epoch: number, producer = 1) => `${String(producer).padStart(20, "0")}-${String(epoch).padStart(5, "0")}`;

/** A window that closed because the clock came to it, entry `number` of the journal, before the record at `offset`. */
function tick(offset: number, number: number): TaskOutput {
  const { batch, ...made } = output(0, 1);
  const none = { offsets: new Float64Array(0), appendTimesMs: new Float64Array(0), timesMs: new Float64Array(0), sensors: new Uint32Array(0), labels: new Float64Array(0) };
  const row = { topic: "small_analytics", sensor: "s1", timeMs: Date.UTC(2026, 10, 23), startMs: Date.UTC(2026, 10, 22), offset: NaN, values: { entry: number } };
  return { ...made, batch: { ...batch, ...none, count: 0, columns: batch.columns.map(() => new Float64Array(0)) }, late: new Uint8Array(0), scores: null, rows: [row], journal: [{ kind: "advance", appendNowMs: 0, number, offset }] };
}

/** Entries of the journal whose windows a reader sees. */
async function seenEntries(directory: string): Promise<unknown[]> {
  return (await query(`SELECT entry FROM ${filesOf(directory, "analytics")} ORDER BY entry`)).map(({ entry }) => entry);
}

/** The history of the partition, which nobody has had before. */
async function historyIn(store: HistoryStore): Promise<TaskHistory> {
  const history = store.of(small, { partition: PARTITION, isFenced: true });
  await history.recover(settledAt(0), null);
  return history;
}

/** The folder in which the present owner's files are until they are to be seen. */
async function pendingIn(directory: string): Promise<string> {
  const own = join(directory, "pending", `${small.readings}-${PARTITION}`);
  const [life, ...others] = await readdir(own);
  expect(others).toEqual([]);
  return join(own, life!);
}

/** What is in the folders of the kinds, if it is the same in both. */
async function filesIn(directory: string): Promise<string[]> {
  const [predictions, readings] = await Promise.all(KINDS.map(async (kind) => (await readdir(join(directory, `kind=${kind}`, "date=2026-11-23")).catch(() => [])).sort()));
  expect(predictions).toEqual(readings);
  return readings!;
}

/** Offsets that a reader sees of both kinds. */
async function seen(directory: string): Promise<[least: unknown, most: unknown, count: unknown]> {
  const [predictions, readings] = await Promise.all(KINDS.map((kind) => query(`SELECT min("offset")::INTEGER AS least, max("offset")::INTEGER AS most, count(*)::INTEGER AS count FROM ${filesOf(directory, kind)}`)));
  expect(predictions).toEqual(readings);
  const { least, most, count } = readings![0]!;
  return [least, most, count];
}

/** Writes segments that are settled and not shown, as a process leaves them that dies between a snapshot and the commit after it. */
async function leave(directory: string, segments: readonly (readonly [from: number, rows: number])[]): Promise<void> {
  await using store = await storeIn(directory, "gone");
  const history = await historyIn(store);
  for (const [from, rows] of segments) {
    history.write(output(from, rows));
    await history.settle();
  }
}

test("nothing is to be seen until what settle gave is called, and then all that was settled", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  history.write(output(0, 10));
  const show = await history.settle();
  expect((await readdir(await pendingIn(folder.path))).length).toBe(2);
  await expect(seen(folder.path)).rejects.toThrow("No files found");
  await show();
  expect(await filesIn(folder.path)).toEqual([`readings-3-0-9-r1.parquet`]);
  expect(await seen(folder.path)).toEqual([0, 9, 10]);
});

test("settle cuts where it was called, though more is written before it resolves", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  history.write(output(0, 10));
  const settling = history.settle();
  history.write(output(10, 5));
  const showFirst = await settling;
  history.write(output(15, 5));
  await showFirst();
  expect(await seen(folder.path)).toEqual([0, 9, 10]);
  await (await history.settle())();
  expect(await filesIn(folder.path)).toEqual(["readings-3-0-9-r1.parquet", "readings-3-10-19-r1.parquet"]);
  expect(await seen(folder.path)).toEqual([0, 19, 20]);
});

test("a segment that is full is written before it is settled, and shown with the rest", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  for (let from = 0; from < 70_000; from += 10_000) history.write(output(from, 10_000));
  const show = await history.settle();
  expect(await filesIn(folder.path)).toEqual([]);
  await show();
  for (let from = 70_000; from < 150_000; from += 10_000) {
    history.write(output(from, 10_000));
    await history.room();
  }
  await (await history.settle())();
  expect(await filesIn(folder.path)).toEqual(["readings-3-0-69999-r1.parquet", "readings-3-140000-149999-r1.parquet", "readings-3-70000-139999-r1.parquet"]);
  expect(await seen(folder.path)).toEqual([0, 149_999, 150_000]);
});

test("what is settled with nothing written shows nothing", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  history.write({ ...output(0, 1), batch: { ...output(0, 1).batch, count: 0 } });
  await (await history.settle())();
  expect(await readdir(await pendingIn(folder.path))).toEqual([]);
  expect(await filesIn(folder.path)).toEqual([]);
});

test("recover shows what an earlier process left below the settled offset, and deletes the rest", async () => {
  await using folder = await temporaryFolder();
  await leave(folder.path, [[0, 10], [10, 10], [20, 1]]);
  await using store = await storeIn(folder.path, "next");
  const history = store.of(small, { partition: PARTITION, isFenced: true });
  await history.recover(settledAt(20), null);
  expect(await filesIn(folder.path)).toEqual(["readings-3-0-9-gone.parquet", "readings-3-10-19-gone.parquet"]);
  history.write(output(20, 12));
  await (await history.settle())();
  expect(await seen(folder.path)).toEqual([0, 31, 32]);
});

/**
 *     offset    0          10
 *     written   ├ records ─┤ e0 │ e1 │ e2
 *     files     ├──────────────┤├───┤├───┤
 *     settled                       │ offset 10, below entry 2
 */
test("what came of the clock alone is told by its entries of the journal: the offset is the same before and after a snapshot", async () => {
  await using folder = await temporaryFolder();
  {
    await using store = await storeIn(folder.path, "gone");
    const history = await historyIn(store);
    history.write(output(0, 10));
    history.write(tick(10, 0));
    await history.settle();
    for (const entry of [1, 2]) {
      history.write(tick(10, entry));
      await history.settle();
    }
  }
  await using store = await storeIn(folder.path, "next");
  const history = store.of(small, { partition: PARTITION, isFenced: true });
  await history.recover(settledAt(10, null, 2), null);
  expect(await seenEntries(folder.path)).toEqual([0, 1]);
  expect(await seen(folder.path)).toEqual([0, 9, 10]);
  history.write(tick(10, 2));
  await (await history.settle())();
  expect(await seenEntries(folder.path)).toEqual([0, 1, 2]);
  expect((await readdir(join(folder.path, "kind=analytics/date=2026-11-23"))).sort()).toEqual([`readings-3-0-9-gone.parquet`, `readings-3-10-10-e1-gone.parquet`, `readings-3-10-10-e2-next.parquet`]);
});

test("predictions are kept where the clock has moved between readings", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  for (const each of [tick(0, 0), output(0, 5), tick(5, 1), output(5, 5)]) history.write(each);
  await (await history.settle())();
  expect(await seen(folder.path)).toEqual([0, 9, 10]);
  expect(await seenEntries(folder.path)).toEqual([0, 1]);
});

test("recover leaves alone what is shown, and what is pending of another partition", async () => {
  await using folder = await temporaryFolder();
  await leave(folder.path, [[0, 10]]);
  await using store = await storeIn(folder.path);
  await store.of(small, { partition: 13, isFenced: true }).recover(settledAt(100), null);
  await store.of(small, { partition: PARTITION - 1, isFenced: true }).recover(settledAt(100), null);
  expect(await filesIn(folder.path)).toEqual([]);
  await store.of(small, { partition: PARTITION, isFenced: true }).recover(settledAt(10), null);
  await store.of(small, { partition: PARTITION, isFenced: true }).recover(settledAt(0), null);
  expect(await filesIn(folder.path)).toEqual(["readings-3-0-9-gone.parquet"]);
});

test("where an earlier owner is not fenced off, all that it has left is shown: it may have committed it meanwhile", async () => {
  await using folder = await temporaryFolder();
  await leave(folder.path, [[0, 10], [10, 10]]);
  await using store = await storeIn(folder.path, "next");
  await store.of(small, { partition: PARTITION, isFenced: false }).recover(settledAt(10), null);
  expect(await seen(folder.path)).toEqual([0, 19, 20]);
});

test("a process may die at any time while it writes: what it leaves of a file that is not whole is never shown", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  const pending = await pendingIn(folder.path);
  for (let from = 0; from < 60_000; from += 10_000) history.write(output(from, 10_000));
  const settling = history.settle();
  let looks = 0;
  while (await Promise.race([settling.then(() => false), sleep(1, true)])) {
    // as a process of at-least-once delivery would find it
    for (const { pending: path } of await pendingFiles(pending, folder.path)) expect((await readFile(path)).subarray(-4).toString()).toBe("PAR1");
    if ((await readdir(pending)).length > 0) looks++;
  }
  await (await settling)();
  expect(looks).toBeGreaterThan(0);
});

test("an owner that is still at work after its partition was taken over writes nothing that ever comes into view, and is told so", async () => {
  await using folder = await temporaryFolder();
  await using stopped = await storeIn(folder.path);
  await using store = await storeIn(folder.path, "r2");
  const zombie = await historyIn(stopped);
  zombie.write(output(0, 3));
  const owner = await historyIn(store);
  owner.write(output(0, 3));
  await expect(zombie.settle()).rejects.toThrow(/another owner/);
  await (await owner.settle())();
  await store.of(small, { partition: PARTITION, isFenced: true }).recover(settledAt(3), null);
  expect(await seen(folder.path)).toEqual([0, 2, 3]);
});

test("an owner that is taken over before it has looked leaves the files of the one after it alone", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const [late, owner, next] = [0, 1, 2].map(() => store.of(small, { partition: PARTITION, isFenced: true }));
  await owner!.recover(settledAt(0), fence(2));
  owner!.write(output(0, 3));
  await owner!.settle(); // and dies, when a commit has told of it
  await late!.recover(settledAt(0), fence(1));
  await next!.recover(settledAt(3, fence(2)), fence(3));
  expect(await seen(folder.path)).toEqual([0, 2, 3]);
});

/**
 *     offsets   0        3        6
 *     owner     ├ settled, committed
 *     next               ├──────── dies at once
 *     zombie    ├── came before the owner, and makes its folder after the next one has looked
 */
test("files of an owner whose snapshots no commit names never come into view, however late they come", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  await using stopped = await storeIn(folder.path, "r2");
  const zombie = stopped.of(small, { partition: PARTITION, isFenced: true });
  const [owner, next, last] = [0, 1, 2].map(() => store.of(small, { partition: PARTITION, isFenced: true }));
  await owner!.recover(settledAt(0), fence(2));
  owner!.write(output(0, 3));
  await owner!.settle(); // and dies, when a commit has told of it
  await next!.recover(settledAt(3, fence(2)), fence(3));
  await zombie.recover(settledAt(0), fence(1));
  zombie.write(output(0, 3));
  await zombie.settle();
  await last!.recover(settledAt(3, fence(2)), fence(4));
  expect(await seen(folder.path)).toEqual([0, 2, 3]);
});

test("what an owner has settled is shown by the next one, also where another broker has given that one a smaller id", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const [owner, next] = [0, 1].map(() => store.of(small, { partition: PARTITION, isFenced: true }));
  await owner!.recover(settledAt(0), fence(9, 2000));
  owner!.write(output(0, 3));
  await owner!.settle(); // and dies, when a commit has told of it
  await next!.recover(settledAt(3, fence(9, 2000)), fence(0, 1000));
  expect(await seen(folder.path)).toEqual([0, 2, 3]);
});

test("an owner that is taken over before it has looked, and finds the commit of the one after it, leaves that one at work", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const [late, owner] = [0, 1].map(() => store.of(small, { partition: PARTITION, isFenced: true }));
  await owner!.recover(settledAt(0), fence(2));
  owner!.write(output(0, 3));
  const show = await owner!.settle();
  await late!.recover(settledAt(0, fence(2)), fence(1));
  await show();
  expect(await seen(folder.path)).toEqual([0, 2, 3]);
});

/** Two settlings that fail for the same reason, so that one failure does not look like success later. */
async function mustFail(history: TaskHistory, why: RegExp): Promise<void> {
  history.write(output(0, 5000));
  await expect(history.settle()).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringMatching(why) });
  history.write(output(5000, 5000));
  await expect(history.settle()).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringMatching(why) });
}

test.skipIf(!existsSync("/dev/full"))("a full disk is told as MGV_HISTORY, and no reader sees a file of it", async () => {
  await using folder = await temporaryFolder();
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  const pending = await pendingIn(folder.path);
  for (const range of ["0-4999", "5000-9999"]) await symlink("/dev/full", join(pending, `kind=predictions~date=2026-11-23~readings-3-${range}-r1.parquet.writing`));
  await mustFail(history, /^The history in .* cannot be written: IO Error: .*No space left on device/);
  for (const kind of KINDS) await expect(query(`FROM ${filesOf(folder.path, kind)}`)).rejects.toThrow("No files found");
});

test("a folder that cannot be made for one kind is told as MGV_HISTORY, and the next owner shows what a commit covers", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "kind=predictions"), "");
  await using store = await storeIn(folder.path);
  const history = await historyIn(store);
  history.write(output(0, 10));
  const show = await history.settle();
  await expect(show()).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringMatching(/^The history in .* cannot be written: /) });
  await rm(join(folder.path, "kind=predictions"));
  await store.of(small, { partition: PARTITION, isFenced: true }).recover(settledAt(10), null);
  expect(await seen(folder.path)).toEqual([0, 9, 10]);
});

test("a folder that somebody has deleted is made again by the next life, and what was lost with it is told", async () => {
  await using folder = await temporaryFolder();
  const directory = folder.file("history");
  await using store = await storeIn(directory);
  const history = await historyIn(store);
  history.write(output(0, 10));
  const show = await history.settle();
  await rm(directory, { recursive: true });
  await expect(show()).rejects.toBeInstanceOf(TakenOverError);
  await history.recover(settledAt(0), null);
  history.write(output(0, 10));
  await (await history.settle())();
  expect(await seen(directory)).toEqual([0, 9, 10]);
});
