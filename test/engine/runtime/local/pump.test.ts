import { expect, test } from "vitest";
import { LocalPartition } from "../../../../engine/log/local-partition.ts";
import { pump } from "../../../../engine/runtime/local/pump.ts";
import { MemorySource } from "../../../../engine/source/memory.ts";
import { sliceRecords } from "../../../../engine/source/record-batch.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { failingDisk } from "../../../fixtures/failing-disk.ts";
import { recordsOf } from "../../../fixtures/readings.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

const texts = Array.from({ length: 30 }, (_, i) => `{"t":${i}}`);
const records = recordsOf(texts, { keys: texts.map((_, i) => (i % 3 === 0 ? null : `s${i % 3}`)) });
const batches = Array.from({ length: 6 }, (_, i) => sliceRecords(records, i * 5, i * 5 + 5));

test("a disk that is full for a while costs no record and doubles none", async () => {
  await using folder = await temporaryFolder();
  let [syncs, failures] = [0, 0];
  const openFile = failingDisk((call) => {
    if (call === "datasync" && [3, 4, 9].includes(++syncs)) throw new Error("ENOSPC: no space left on device");
  });
  await using log = await LocalPartition.open({ kernel: await loadKernel(), directory: folder.path, topic: "readings", partition: 0, now: null, openFile });
  using reader = log.open(0);
  await pump(new MemorySource("readings", batches), log, () => failures++, new AbortController().signal);
  expect(failures).toBeGreaterThan(0);
  const found: string[] = [];
  while (!reader.isAtEnd) {
    const { count, keys, keyBounds, values, bounds } = (await reader.take(new AbortController().signal))!;
    for (let i = 0; i < count; i++) found.push(new TextDecoder().decode(keys.slice(keyBounds[i], keyBounds[i + 1])) + new TextDecoder().decode(values.slice(bounds[i], bounds[i + 1])));
  }
  expect(found).toEqual(texts.map((text, i) => (i % 3 === 0 ? text : `s${i % 3}${text}`)));
});

test("what is not about the disk ends the source", async () => {
  await using folder = await temporaryFolder();
  await using log = await LocalPartition.open({ kernel: await loadKernel(), directory: folder.path, topic: "readings", partition: 0, now: null });
  using reader = log.open(0);
  const source = new MemorySource("readings", batches);
  // eslint-disable-next-line require-await, require-yield
  source.read = async function* () {
    throw new Error("the file is gone");
  };
  await expect(pump(source, log, () => {}, new AbortController().signal)).rejects.toThrow("the file is gone");
  expect([reader.next, log.bounds.high]).toEqual([0, 0]);
});
