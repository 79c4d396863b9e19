import { expect, test } from "vitest";
import type { TaskAside } from "../../../engine/runtime/task-log.ts";
import { LOST, runTask } from "../../../engine/runtime/task-runner.ts";
import { byTopic, calmRun, READINGS, runThrough, small, undisturbed } from "../../fixtures/crashing-task.ts";
import { emptyDisk, memoryTaskLog } from "../../fixtures/memory-log.ts";

test.each([1, 2, 3, 4, 5, 6, 7, 8])("a task that crashes anywhere commits the bytes of one that never does (seed %i)", async (seed) => {
  const disk = emptyDisk();
  const { crashes } = await runThrough((at) => memoryTaskLog(disk, small, at), { seed, crashes: 100 });
  expect(crashes).toBeGreaterThan(0);
  expect(disk.kept!.nextOffset).toBe(READINGS);
  expect(byTopic(disk.outputs)).toEqual(byTopic(await undisturbed(disk)));
  expect(disk.outputs.filter((line) => /^small_(predictions|dead_letter) /.test(line))).toHaveLength(READINGS);
});

test("crashes come while a chain of snapshots and several models are in use", async () => {
  // when a file is replaced, and a snapshot due, is a matter of time
  let [chains, models] = [0, 0];
  for (let seed = 1; seed <= 40 && (chains === 0 || models < 2); seed++) {
    const disk = emptyDisk();
    await runThrough((at) => memoryTaskLog(disk, small, at), { seed, crashes: 100 });
    chains = Math.max(chains, disk.chain.length);
    models = Math.max(models, disk.models.size);
  }
  expect(chains).toBeGreaterThan(0);
  expect(models).toBe(2);
});

test("what is written beside that is slow makes the task wait, and is never more than a batch behind", async () => {
  const disk = emptyDisk();
  let [behind, most, readings] = [0, 0, 0];
  const slow: TaskAside = {
    recover: () => Promise.resolve(),
    write({ batch }) {
      behind++;
      readings += batch.count;
      most = Math.max(most, behind);
    },
    async room() {
      await new Promise((resolve) => setTimeout(resolve, 3));
      behind = 0;
    },
    settle: () => Promise.resolve(() => Promise.resolve()),
  };
  await runTask({ ...(await calmRun(disk)), aside: slow }, new AbortController().signal);
  expect(most).toBe(1);
  expect(readings).toBe(byTopic(disk.outputs).get("small_predictions")!.length);
});

test("a snapshot is begun with only where what is written beside lasts", async () => {
  const disk = emptyDisk();
  const [written, shown]: [number[], number[]] = [[], []];
  const aside: TaskAside = {
    recover: () => Promise.resolve(),
    write: ({ batch }) => void written.push(...batch.offsets),
    room: () => Promise.resolve(),
    settle() {
      const upTo = written.length;
      return Promise.resolve(async () => {
        shown.push(upTo);
        // a commit has told of it before anybody sees it
        expect(disk.kept!.settledOffset).toBeGreaterThan(written[upTo - 1]!);
      });
    },
  };
  await runTask({ ...(await calmRun(disk)), aside, snapshots: { intervalMs: 1 } }, new AbortController().signal);
  expect(shown.length).toBeGreaterThan(1);
  expect(shown.at(-1)).toBe(written.length);
  expect(disk.kept).toMatchObject({ nextOffset: READINGS, settledOffset: READINGS });
});

test("whoever takes many partitions over brings each one's state back by its own old model, however many these are", async () => {
  const disks = await Promise.all(
    Array.from({ length: 12 }, async (_, partition) => {
      const disk = emptyDisk();
      const gone = new AbortController();
      const onOutput = () => disk.kept!.nextOffset > 0 && gone.abort(LOST);
      await runTask({ ...(await calmRun(disk, 10 + partition)), onOutput }, gone.signal);
      return disk;
    }),
  );
  const { models } = await calmRun(emptyDisk());
  await Promise.all(disks.map(async (disk) => runTask({ ...(await calmRun(disk)), models }, new AbortController().signal)));
  for (const disk of disks) {
    expect(disk.kept!.nextOffset).toBe(READINGS);
    expect(byTopic(disk.outputs)).toEqual(byTopic(await undisturbed(disk)));
  }
});
