import { beforeEach, expect, test } from "vitest";
import { restoredText, type Recovery } from "../../../engine/runtime/restore.ts";
import { LOST, runTask, type TaskRunOptions } from "../../../engine/runtime/task-runner.ts";
import type { PartitionedLog } from "../../../engine/source/partition.ts";
import { sliceRecords } from "../../../engine/source/record-batch.ts";
import { byTopic, calmRun, READINGS, records, small, undisturbed } from "../../fixtures/crashing-task.ts";
import { emptyDisk, memoryPartition, memoryTaskLog, type Disk } from "../../fixtures/memory-log.ts";

/**
 * Three lives, each lost before its first snapshot, each with a model of its own:
 *
 *     offset  0 ........... 50+ ............ 100+ ........... 150+      600
 *     journal entry 0       entry 1          entry 2          committed | not yet read
 */
let disk: Disk;

/** Several commits come before the end. */
const slowly = memoryPartition(records, () => 2);

beforeEach(async () => {
  disk = emptyDisk();
  for (const [life, split] of [4, 6, 8].entries()) {
    const lost = new AbortController();
    // what it has committed has its model in it, however far an earlier life has come
    const onOutput = () => disk.kept!.nextEntry > life && disk.kept!.nextOffset > 50 * (life + 1) && lost.abort(LOST);
    await runTask({ ...(await calmRun(disk, split)), input: slowly, onOutput }, lost.signal);
  }
  expect(disk.kept).toMatchObject({ snapshots: [], nextEntry: 3 });
  expect(disk.journal.map(({ number, kind }) => `${number} ${kind}`)).toEqual(["0 model", "1 model", "2 model"]);
});

async function goOn(given: Partial<TaskRunOptions> = {}): Promise<Recovery> {
  let recovery: Recovery | undefined;
  await runTask({ ...(await calmRun(disk, 8)), onRestored: (restored) => (recovery = restored), ...given }, new AbortController().signal);
  return recovery!;
}

test("a state without a snapshot is folded from the first record on, with the models that were in use then", async () => {
  const { nextOffset } = disk.kept!;
  expect(await goOn()).toMatchObject({ folded: nextOffset, missing: 0, unread: 0, nextOffset });
  expect(byTopic(disk.outputs)).toEqual(byTopic(await undisturbed(disk)));
});

test.each([
  ["its beginning", [1, 2]],
  ["its middle", [0, 2]],
  ["its end", [0, 1]],
  ["all of it", []],
])("where %s of the journal is gone nothing goes on, until the state is made again of the readings", async (_which, left) => {
  disk.journal = disk.journal.filter(({ number }) => left.includes(number));
  disk.kept = { ...disk.kept!, journal: disk.journal };
  const before = disk.outputs.length;
  await expect(goOn()).rejects.toMatchObject({ code: "MGV_SNAPSHOT", message: expect.stringMatching(`^The journal has ${left.length} of the 3 entries .*--rebuild\\.$`) });
  expect(disk.outputs).toHaveLength(before);
  await goOn({ rebuild: true });
  expect(disk.kept.nextOffset).toBe(READINGS);
  expect(disk.kept.nextEntry).toBeGreaterThanOrEqual(3); // no number comes twice
});

test("a state that was made again has a snapshot soon, so that who dies then needs no other", async () => {
  disk.journal = [];
  disk.kept = { ...disk.kept!, journal: [] };
  const lost = new AbortController();
  const onOutput = () => disk.kept!.snapshots.length > 0 && lost.abort(LOST);
  await runTask({ ...(await calmRun(disk, 8)), input: slowly, rebuild: true, onOutput }, lost.signal);
  expect(disk.kept.nextOffset).toBeLessThan(READINGS);
  await goOn();
  expect(disk.kept.nextOffset).toBe(READINGS);
});

test("records that a state was made of and that are deleted are counted and told, and what comes is scored", async () => {
  const { nextOffset } = disk.kept!;
  const recovery = await goOn({ input: withoutTheFirst(40) });
  expect(recovery).toMatchObject({ folded: nextOffset - 40, missing: 40, unread: 0, nextOffset });
  expect(restoredText(3, { ...recovery, seconds: 0.5 })).toBe(
    `partition 3 goes on at offset ${nextOffset}: ${nextOffset - 40} records folded again in 0.50 s; 40 records that its state was made of are deleted, so that windows may lack them`,
  );
  const scored = disk.outputs.filter((line) => /^small_(predictions|dead_letter) /.test(line));
  expect(scored).toHaveLength(READINGS);
});

test("records that were deleted before they were read are counted beside those that the state lacks", async () => {
  const { nextOffset } = disk.kept!;
  expect(await goOn({ input: withoutTheFirst(nextOffset + 7) })).toMatchObject({ folded: 0, missing: nextOffset, unread: 7, nextOffset: nextOffset + 7 });
});

test("a log that ends before what was committed is another of the same name", async () => {
  const short = sliceRecords(records, 0, 50);
  await expect(goOn({ input: memoryPartition(short, () => 10), log: memoryTaskLog(disk, small) })).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringContaining("another topic of the same name") });
}, 60_000);

/** As retention leaves it. */
function withoutTheFirst(count: number): PartitionedLog {
  return { ...memoryPartition(sliceRecords(records, count, READINGS), () => 10), bounds: () => Promise.resolve({ low: count, high: READINGS }) };
}
