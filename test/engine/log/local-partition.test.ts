import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LocalPartition, type LocalPartitionOptions, type LogRecord } from "../../../engine/log/local-partition.ts";
import { splitBatches } from "../../../engine/log/batch-file.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { failingDisk, type DiskCall } from "../../fixtures/failing-disk.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const seed = Date.now() % 1_000_000_000;

interface Found {
  readonly offset: number;
  readonly timeMs: number;
  readonly key: string;
  readonly value: string;
}

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** `i` gives the bytes: any length, any byte, now and then no key. */
function recordOf(i: number): LogRecord {
  const next = random(seed + i);
  const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(next() * 256));
  return { key: i % 5 === 0 ? null : bytes(1 + Math.floor(next() * 20)), value: bytes(Math.floor(next() * 300)) };
}

async function folder(): Promise<string> {
  const made = await temporaryFolder();
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made.path;
}

const openLog = (directory: string, options: Partial<LocalPartitionOptions> = {}) => LocalPartition.open({ kernel, directory, topic: "readings", partition: 3, now: () => 1000, ...options });

const aborted = AbortSignal.abort();

/** All from an offset on, as it is on disk. */
async function read(log: LocalPartition, from = 0): Promise<Found[]> {
  using reader = log.open(from);
  const found: Found[] = [];
  while (!reader.isAtEnd) {
    const records = await reader.take(new AbortController().signal);
    if (!records) continue;
    expect([records.topic, records.partition]).toEqual(["readings", 3]);
    const { keys, keyBounds, values, bounds, offsets, appendTimesMs } = records;
    for (let i = 0; i < records.count; i++) {
      found.push({ offset: offsets[i]!, timeMs: appendTimesMs[i]!, key: latin(keys.subarray(keyBounds[i], keyBounds[i + 1])), value: latin(values.subarray(bounds[i], bounds[i + 1])) });
    }
  }
  expect(reader.next).toBe(log.bounds.high);
  return found;
}

/** Records `from` up to `to` as they must be found. */
const expected = (from: number, to: number, timeMs = 1000): Found[] =>
  Array.from({ length: to - from }, (_, i) => {
    const { key, value } = recordOf(from + i);
    return { offset: from + i, timeMs, key: latin(key ?? new Uint8Array()), value: latin(value) };
  });

const records = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => recordOf(from + i));

test("what was appended comes back byte for byte, through several files and lives, from every offset", async () => {
  console.log(`seed ${seed}`);
  const directory = await folder();
  for (let life = 0; life < 4; life++) {
    await using log = await openLog(directory, { segmentBytes: 4000 });
    expect(log.bounds).toEqual({ low: 0, high: life * 50 });
    for (let i = life * 50; i < life * 50 + 50; i += 10) await log.append(records(i, i + 10));
    expect(await read(log)).toEqual(expected(0, life * 50 + 50));
  }
  await using log = await openLog(directory, { segmentBytes: 4000 });
  expect((await readdir(directory)).length).toBeGreaterThan(3);
  for (let from = 0; from <= 200; from += 7) expect(await read(log, from)).toEqual(expected(from, 200));
});

test("records have the time of their append, or none", async () => {
  const directory = await folder();
  let nowMs = 5;
  await using timed = await openLog(join(directory, "timed"), { now: () => nowMs });
  await timed.append(records(0, 2));
  nowMs = 7;
  await timed.append(records(2, 3));
  expect((await read(timed)).map(({ timeMs }) => timeMs)).toEqual([5, 5, 7]);
  await using timeless = await openLog(join(directory, "timeless"), { now: null });
  await timeless.append(records(0, 2));
  expect(await read(timeless)).toEqual(expected(0, 2, NaN));
});

test("a last batch that is cut short at any byte is cut off, and the log goes on where it was", async () => {
  const directory = await folder();
  const path = join(directory, `${"0".repeat(20)}.log`);
  {
    await using log = await openLog(directory);
    await log.append(records(0, 3));
    await log.append(records(3, 5));
  }
  const whole = await readFile(path);
  const first = [...splitBatches(whole)][0]!.length;
  for (let length = first; length < whole.length; length++) {
    await writeFile(path, whole);
    await truncate(path, length);
    await using log = await openLog(directory);
    expect(log.bounds.high).toBe(3);
    await log.append(records(3, 4));
    expect(await read(log)).toEqual(expected(0, 4));
  }
});

test("zeros and bytes of any kind behind the last batch, as a power cut may leave them, are cut off", async () => {
  const directory = await folder();
  const path = join(directory, `${"0".repeat(20)}.log`);
  {
    await using log = await openLog(directory);
    await log.append(records(0, 3));
  }
  const whole = await readFile(path);
  const changed = Buffer.concat([whole, whole]);
  changed[changed.length - 1]! ^= 1;
  for (const tail of [Buffer.alloc(5000), recordOf(1).value, changed.subarray(whole.length)]) {
    await writeFile(path, Buffer.concat([whole, tail]));
    await using log = await openLog(directory);
    expect(await read(log)).toEqual(expected(0, 3));
  }
});

test("a batch that is damaged while a sound one follows is told, not cut off: in the last file at once, in others when they are read", async () => {
  const directory = await folder();
  {
    await using log = await openLog(directory, { segmentBytes: 2000 });
    for (let i = 0; i < 40; i += 2) await log.append(records(i, i + 2));
  }
  const names = (await readdir(directory)).sort();
  const damage = async (name: string) => {
    const bytes = await readFile(join(directory, name));
    bytes[70]! ^= 1;
    await writeFile(join(directory, name), bytes);
    return bytes;
  };
  await damage(names[0]!);
  {
    await using log = await openLog(directory);
    await expect(read(log)).rejects.toMatchObject({ code: "MGV_FILE_READ", message: expect.stringContaining(names[0]!) as string });
  }
  const last = names.findLast((_, i) => i < names.length - 1)!;
  const bytes = await damage(last);
  expect([...splitBatches(bytes)].length).toBeGreaterThan(1);
  const alone = await folder();
  await writeFile(join(alone, last), bytes);
  await expect(openLog(alone)).rejects.toMatchObject({ code: "MGV_FILE_READ", message: expect.stringMatching(/damaged .* another --state/) as string });
});

test.each<DiskCall>(["open", "write", "datasync", "truncate"])("a disk that is full at %s is told, keeps nothing of what was refused, and takes what comes later", async (failing) => {
  const directory = await folder();
  let isFull = false;
  const openFile = failingDisk((call) => {
    if (isFull && (call === failing || (failing === "truncate" && call === "write"))) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  });
  await using log = await openLog(directory, { openFile, segmentBytes: 100 });
  await log.append(records(0, 4));
  isFull = true;
  const refused = [log.append(records(100, 105)), log.append(records(105, 110))];
  for (const each of await Promise.allSettled(refused)) expect(each).toMatchObject({ status: "rejected", reason: { code: "MGV_FILE_WRITE", message: expect.stringMatching(/Cannot write .*ENOSPC/) as string } });
  await expect(log.append(records(110, 111))).rejects.toMatchObject({ code: "MGV_FILE_WRITE" });
  isFull = false;
  await log.append(records(4, 6));
  expect(await read(log)).toEqual(expected(0, 6));
  await using again = await openLog(directory);
  expect(await read(again)).toEqual(expected(0, 6));
});

test("what comes while a write is under way is written and synced together", async () => {
  let syncs = 0;
  const openFile = failingDisk((call) => void (call === "datasync" && syncs++));
  await using log = await openLog(await folder(), { openFile });
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    await log.append([recordOf(i)]);
  }));
  expect(syncs).toBeLessThan(20);
  const values = (found: readonly { readonly value: string }[]) => found.map(({ value }) => value).sort();
  expect(values(await read(log))).toEqual(values(expected(0, 100)));
});

test("files below an offset are deleted, and the log stays where it was, also in its next life", async () => {
  const directory = await folder();
  {
    await using log = await openLog(directory, { segmentBytes: 2000 });
    for (let i = 0; i < 60; i += 2) await log.append(records(i, i + 2));
    await log.release(31);
    const { low } = log.bounds;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThanOrEqual(31);
    expect(await read(log, low)).toEqual(expected(low, 60));
    await log.release(60);
  }
  expect(await readdir(directory)).toHaveLength(1);
  await using log = await openLog(directory);
  expect(log.bounds.high).toBe(60);
  await log.append(records(60, 61));
  expect(await read(log, log.bounds.low)).toEqual(expected(log.bounds.low, 61));
});

test("a reader waits for what comes, ends with its signal, and is told once that nothing will come", async () => {
  await using log = await openLog(await folder());
  using reader = log.open(0);
  const { signal } = new AbortController();
  expect(await reader.take(aborted)).toBeUndefined();
  const taken = reader.take(signal);
  expect(reader.isAtEnd).toBe(true);
  await log.append(records(0, 2));
  expect((await taken)!.count).toBe(2);
  const waiting = reader.take(signal);
  log.seal();
  expect(await waiting).toBeNull();
  expect(log.sealedAt).toBe(2);
  const stop = new AbortController();
  const more = reader.take(stop.signal);
  stop.abort();
  expect(await more).toBeUndefined();
});

test("a source waits where it is far ahead of the reader, and goes on when that has come closer", async () => {
  await using log = await openLog(await folder());
  const value = new Uint8Array(800_000);
  const { signal } = new AbortController();
  let hasRoom = false;
  for (let i = 0; i < 30; i++) await log.append([{ key: null, value }]);
  const room = log.room(signal).then(() => (hasRoom = true));
  using reader = log.open(0);
  await reader.take(signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasRoom).toBe(false);
  await log.room(aborted);
  for (let i = 0; i < 20; i++) await reader.take(signal);
  await room;
});
