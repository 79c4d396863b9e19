import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sinkAsides } from "../../../engine/runtime/asides.ts";
import type { Sink } from "../../../engine/sink/sink.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { randomOutputs } from "../../fixtures/history-outputs.ts";

const [output] = randomOutputs(1, { outputs: 1, rows: 1, scored: "all" }) as [TaskOutput];
const of = (partition: number): TaskOutput => ({ ...output, batch: { ...output.batch, partition } });
const kept = { settledOffset: 0, settledEntry: 0, settledBy: null };

/** Keeps the partitions of what it writes, one after the other; full as long as `isFull` says so. */
function sinkWhile(isFull: () => boolean) {
  const written: number[] = [];
  let writing = 0;
  const sink: Partial<Sink> = {
    async write({ batch }) {
      expect(++writing).toBe(1);
      await sleep(1);
      writing--;
      if (isFull()) throw new Error("no space left on device");
      written.push(batch.partition);
    },
    flush: () => Promise.resolve(),
  };
  return { written, open: sinkAsides(sink as Sink) };
}

test("what fails is told to the task whose output it was, and to no other, until it begins again", async () => {
  let isFull = true;
  const { written, open } = sinkWhile(() => isFull);
  const [first, second] = [open(), open()];
  first.write(of(0));
  await expect(first.room()).rejects.toMatchObject({ code: "MGV_FILE_WRITE" });
  isFull = false;
  await second.recover(kept, null);
  second.write(of(1));
  first.write(of(0));
  await second.settle();
  await expect(first.settle()).rejects.toMatchObject({ code: "MGV_FILE_WRITE", message: expect.stringContaining("no space left") });
  expect(written).toEqual([1]);
  const again = open();
  again.write(of(0));
  await again.settle();
  expect(written).toEqual([1, 0]);
});
