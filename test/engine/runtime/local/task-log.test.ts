import { readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ModelStore } from "../../../../engine/model/model-store.ts";
import { LocalTaskLog, type LocalTaskLogOptions } from "../../../../engine/runtime/local/task-log.ts";
import type { TaskLog } from "../../../../engine/runtime/task-log.ts";
import { runTask } from "../../../../engine/runtime/task-runner.ts";
import type { JournalEntry } from "../../../../engine/task/journal.ts";
import { byTopic, kernel, READINGS, records, runThrough, small, undisturbed } from "../../../fixtures/crashing-task.ts";
import { failingDisk } from "../../../fixtures/failing-disk.ts";
import { memoryPartition } from "../../../fixtures/memory-log.ts";
import { writeStump } from "../../../fixtures/model.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

async function folder(): Promise<string> {
  const made = await temporaryFolder();
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made.path;
}

const optionsIn = (directory: string): LocalTaskLogOptions => ({
  kernel,
  pipeline: small,
  partition: 0,
  directory: join(directory, "task"),
  outputs: { directory: join(directory, "outputs"), topics: small.outputTopics },
  end: READINGS,
});

/** What was committed in all lives: an entry that was not is given its number again. */
interface Told {
  readonly journal: Map<number, JournalEntry>;
  readonly models: Map<string, Uint8Array>;
  longestChain: number;
}

/** A log that may crash before and after everything that it does, and within. `isWaitedFor`: nothing is folded meanwhile. */
function crashing(directory: string, told: Told, at: () => void, { isWaitedFor = false } = {}): TaskLog {
  let busy: Promise<unknown> = Promise.resolve();
  const log = new LocalTaskLog({ ...optionsIn(directory), openFile: failingDisk(at) });
  const guard = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    at();
    const result = await work();
    at();
    return result;
  };
  const guarded = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = guard(work);
    busy = Promise.allSettled([busy, done]);
    return done;
  };
  return {
    fence: null,
    open: async (options) => {
      const kept = await guarded(() => log.open(options));
      told.longestChain = Math.max(told.longestChain, kept?.snapshots.length ?? 0);
      return kept;
    },
    begin: (startOffset) => guarded(() => log.begin(startOffset)),
    write: (output) => log.write(output),
    get pendingBytes() {
      return log.pendingBytes;
    },
    room: async () => {
      await log.room();
      if (!isWaitedFor) return;
      await busy;
      await busy; // a snapshot is kept after its commit
    },
    commit: (commit) => {
      for (const entry of commit.journal) told.journal.set(entry.number, entry);
      for (const [version, file] of commit.models) told.models.set(version, file);
      return guarded(() => log.commit(commit));
    },
    keepSnapshot: (snapshot, settled) => guarded(() => log.keepSnapshot(snapshot, settled)),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}

/** As `TOPIC LINE`. */
async function outputsIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const topic of small.outputTopics) {
    const text = await readFile(join(directory, "outputs", `${topic}-0.jsonl`), "utf8");
    found.push(...text.split("\n").slice(0, -1).map((line) => `${topic} ${line}`));
  }
  return found;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])("a task that crashes at any place of its directory leaves the bytes of one that never does (seed %i)", async (seed) => {
  const directory = await folder();
  const told: Told = { journal: new Map(), models: new Map(), longestChain: 0 };
  const { crashes } = await runThrough((at) => crashing(directory, told, at), { seed, crashes: 60, likelihood: 0.06 });
  expect(crashes).toBeGreaterThan(0);
  await using log = new LocalTaskLog(optionsIn(directory));
  const kept = await log.open({ rebuild: false });
  expect(kept).toMatchObject({ startOffset: 0, nextOffset: READINGS, settledOffset: READINGS, journal: [] });
  const journal = [...told.journal.values()].filter(({ number }) => number < kept!.nextEntry).sort((a, b) => a.number - b.number);
  const outputs = await outputsIn(directory);
  expect(byTopic(outputs)).toEqual(byTopic(await undisturbed({ models: told.models, journal })));
  expect(outputs.filter((line) => /^small_(predictions|dead_letter) /.test(line))).toHaveLength(READINGS);
  // nothing that no commit names is left behind
  expect((await readdir(join(directory, "task"))).filter((name) => name.endsWith(".pending"))).toEqual([]);
});

test("crashes come while a chain of snapshots and several models are in use", async () => {
  // when a file is replaced, and a snapshot due, is a matter of time
  let [chain, models] = [0, 0];
  for (let seed = 1; seed <= 40 && (chain < 2 || models < 2); seed++) {
    const told: Told = { journal: new Map(), models: new Map(), longestChain: 0 };
    const directory = await folder();
    await runThrough((at) => crashing(directory, told, at, { isWaitedFor: true }), { seed, crashes: 60, likelihood: 0.008 });
    chain = Math.max(chain, told.longestChain);
    models = Math.max(models, told.models.size);
  }
  expect(chain).toBeGreaterThan(1);
  expect(models).toBe(2);
});

/** Runs up to an offset and leaves what a process leaves that is killed with no snapshot taken. */
async function runTo(directory: string, offset: number, options: Partial<LocalTaskLogOptions> = {}): Promise<void> {
  await using other = await temporaryFolder();
  await writeStump(other.file("m.json"), small, "b", 4);
  const models = new ModelStore({ kernel, pipeline: small, path: other.file("m.json"), now: () => 0 });
  await models.refresh();
  await using log = new LocalTaskLog({ ...optionsIn(directory), ...options });
  await runTask(
    {
      kernel,
      pipeline: small,
      models,
      partition: 0,
      input: memoryPartition(records, () => 10),
      log,
      aside: null,
      commit: { intervalMs: 1e6, bytes: 2000 },
      snapshots: { intervalMs: 1e6 },
      untilOffset: () => offset,
      now: null,
      onOutput: () => {},
    },
    new AbortController().signal,
  );
}

test("a commit that is cut short at any byte never was, and the outputs that it told of are cut with it", async () => {
  const directory = await folder();
  const commits = join(directory, "task", "commits.log");
  {
    await using log = new LocalTaskLog(optionsIn(directory));
    await log.open({ rebuild: false });
    await log.begin(0);
    await log.commit({ nextOffset: 7, nextEntry: 0, journal: [], models: new Map() });
  }
  const before = await stat(commits);
  {
    await using log = new LocalTaskLog(optionsIn(directory));
    await log.open({ rebuild: false });
    await log.commit({ nextOffset: 9, nextEntry: 1, journal: [{ kind: "end", number: 0, offset: 9 }], models: new Map() });
  }
  const whole = await readFile(commits);
  for (let length = before.size; length <= whole.length; length++) {
    await writeFile(commits, whole.subarray(0, length));
    await writeFile(join(directory, "outputs", "small_tops-0.jsonl"), "not committed\n");
    await using log = new LocalTaskLog(optionsIn(directory));
    expect(await log.open({ rebuild: false })).toMatchObject(length < whole.length ? { nextOffset: 7, nextEntry: 0, journal: [] } : { nextOffset: 9, nextEntry: 1, journal: [{ kind: "end" }] });
    expect(await outputsIn(directory)).toEqual([]);
  }
});

test("a model that the journal names after a snapshot is kept, whatever comes into use after it", async () => {
  const directory = await folder();
  const file = (version: string) => new Map([[version, new TextEncoder().encode(version)]]);
  const entry = (number: number, version: string) => ({ kind: "model" as const, version, number, offset: number });
  {
    await using log = new LocalTaskLog(optionsIn(directory));
    await log.open({ rebuild: false });
    await log.begin(0);
    for (const [number, version] of ["old", "first"].entries()) await log.commit({ nextOffset: number, nextEntry: number + 1, journal: [entry(number, version)], models: file(version) });
    const settled = Promise.withResolvers<void>();
    const keeping = log.keepSnapshot({ bytes: new Uint8Array(8), sequence: 0, nextOffset: 1, nextEntry: 2 }, settled.promise);
    for (const [number, version] of [[2, "second"], [3, "first"]] as const) await log.commit({ nextOffset: number, nextEntry: number + 1, journal: [entry(number, version)], models: file(version) });
    settled.resolve();
    await keeping;
    await log.commit({ nextOffset: 4, nextEntry: 4, journal: [], models: new Map() });
  }
  await using log = new LocalTaskLog(optionsIn(directory));
  const kept = await log.open({ rebuild: false });
  expect(kept).toMatchObject({ settledOffset: 1, journal: [{ version: "second" }, { version: "first" }] });
  expect([...kept!.models.keys()]).toEqual(["second", "first"]);
});

test("a disk that is full ends the log with a sentence, and the next one goes on from what was committed", async () => {
  const calm = await folder();
  await runTo(calm, READINGS);
  const directory = await folder();
  let calls = 0;
  const openFile = failingDisk((call) => {
    if (call === "write" && ++calls > 6) throw new Error("ENOSPC: no space left on device");
  });
  await expect(runTo(directory, READINGS, { openFile })).rejects.toMatchObject({ code: "MGV_FILE_WRITE", message: expect.stringMatching(/Cannot write .*ENOSPC/) as string });
  await runTo(directory, READINGS);
  expect(await outputsIn(directory)).toEqual(await outputsIn(calm));
});

test("another folder for the outputs begins there with what comes, and one that holds others' files is refused", async () => {
  const directory = await folder();
  await runTo(directory, 300);
  const elsewhere = { directory: join(directory, "elsewhere"), topics: small.outputTopics };
  await runTo(directory, READINGS, { outputs: elsewhere });
  const calm = await folder();
  await runTo(calm, READINGS);
  const parts = await Promise.all(["outputs", "elsewhere"].map((name) => readFile(join(directory, name, "small_predictions-0.jsonl"), "utf8")));
  expect(parts.join("")).toBe(await readFile(join(calm, "outputs", "small_predictions-0.jsonl"), "utf8"));
  expect(parts[1]).not.toBe("");
  await expect(runTo(directory, READINGS)).rejects.toMatchObject({ code: "MGV_USAGE", message: expect.stringMatching(/not written from this state: .*--out/) as string });
});

test.each<[string, string, (directory: string) => Promise<void>, string, RegExp]>([
  ["a commit that others follow", "MGV_FILE_READ", (task) => damage(join(task, "commits.log"), 100), "commits.log", /damaged .* another --state/],
  ["the only commit", "MGV_SNAPSHOT", async (task) => truncate(join(task, "commits.log"), 50), "commits.log", /damaged: its first commit/],
  ["a snapshot", "MGV_SNAPSHOT", async (task) => damage(join(task, (await readdir(task)).find((name) => name.endsWith(".snapshot"))!), 500), "", /checksum is another/],
  ["a model that is gone", "MGV_SNAPSHOT", async (task) => rm(join(task, (await readdir(task)).find((name) => name.endsWith(".model"))!)), ".model", /cannot be read.*--rebuild/],
  ["an output file that was cut", "MGV_FILE_READ", (task) => truncate(join(task, "..", "outputs", "small_predictions-0.jsonl"), 10), "small_predictions-0.jsonl", /has 10 bytes, and \d+ were committed/],
])("damage to %s is a sentence", async (_, code, harm, file, sentence) => {
  const directory = await folder();
  await runTo(directory, 300);
  await using log = new LocalTaskLog(optionsIn(directory));
  await log.open({ rebuild: false });
  await log.commit({ nextOffset: 300, nextEntry: 1, journal: [], models: new Map() });
  await harm(join(directory, "task"));
  await expect(runTo(directory, 400)).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) as string });
  await expect(runTo(directory, 400)).rejects.toThrow(file);
});

test("a log that ends before what was committed is told", async () => {
  const directory = await folder();
  await runTo(directory, 300);
  await expect(runTo(directory, 400, { end: 299 })).rejects.toMatchObject({ code: "MGV_SNAPSHOT", message: expect.stringMatching(/up to offset 300 .* ends at 299/) as string });
});

async function damage(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
}
