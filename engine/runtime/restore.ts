import { setTimeout as sleep } from "node:timers/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { PartitionedLog, PartitionReader } from "../source/partition.ts";
import { copyRecords, sliceRecords } from "../source/record-batch.ts";
import type { RecordBatch } from "../source/source.ts";
import type { TaskOutput } from "../task/output.ts";
import { firstFrom, type Task } from "../task/task.ts";
import type { Kept, TaskAside } from "./task-log.ts";

/** How long an end is waited for that was there once. */
const PATIENCE_MS = 10_000;

/** A task as it was committed, and a reader at its place. */
export interface Restored {
  readonly reader: PartitionReader;
  /** Records that were read beyond the committed place; they come first. */
  readonly left: RecordBatch | null;
  /** Records that were folded again, those that were to be but are deleted, and those that were deleted before they were ever read. */
  readonly folded: number;
  readonly missing: number;
  readonly unread: number;
}

/** How a task came back. */
export interface Recovery extends Pick<Restored, "folded" | "missing" | "unread"> {
  readonly nextOffset: number;
  readonly seconds: number;
}

/** For people. */
export function restoredText(partition: number, { nextOffset, folded, missing, unread, seconds }: Recovery): string {
  const gone = missing > 0 ? `; ${missing} records that its state was made of are deleted, so that windows may lack them` : "";
  const never = unread > 0 ? `; ${unread} records were deleted before they were read` : "";
  return `partition ${partition} goes on at offset ${nextOffset}: ${folded} records folded again in ${seconds.toFixed(2)} s${gone}${never}`;
}

/** Folds again what was committed after the snapshots that the task began with. Its outputs are out already, but for what `aside` has lost with its process. Null when `signal` aborts first. */
export async function restoreTask(task: Task, kept: Kept, input: PartitionedLog, options: { partition: number; aside: TaskAside | null; rebuild: boolean; signal: AbortSignal }): Promise<Restored | null> {
  const { partition, aside, rebuild, signal } = options;
  const give = (output: TaskOutput) => {
    const isSettled = output.batch.count === 0 && output.journal.some(({ number }) => number < kept.settledEntry); // made again without snapshots
    if (!isSettled) aside?.write(output);
  };
  const { nextOffset, journal } = kept;
  const { low, high } = await boundsBehind(nextOffset, input, partition);
  if (nextOffset > high) {
    throw new MangroveError("MGV_BROKER", `Partition ${partition} of ${input.topic} ends at offset ${high}, and ${nextOffset} was committed: it is another topic of the same name. Begin anew with mangrove reset.`);
  }
  if (task.nextOffset > nextOffset) {
    throw new MangroveError("MGV_SNAPSHOT", `The snapshot of partition ${partition} of ${input.topic} holds records up to offset ${task.nextOffset}, and only those below ${nextOffset} are committed. Make the state again from the readings with --rebuild.`);
  }
  if (!rebuild) checkJournal(task.nextEntry, kept);
  const wanted = Math.max(task.nextOffset, kept.startOffset);
  const from = Math.max(wanted, low);
  const reader = input.open(partition, from);
  let folded = 0;
  let left: RecordBatch | null = null;
  try {
    while (reader.next < nextOffset && left === null) {
      const taken = await reader.take(signal);
      if (taken === undefined) {
        reader[Symbol.dispose]();
        return null;
      }
      if (taken === null) continue;
      // the fold comes in pieces, and views of the kernel's memory do not outlive the first
      const records = copyRecords(taken);
      const [settled, end] = [firstFrom(records, kept.settledOffset), firstFrom(records, nextOffset)];
      if (settled > 0) task.replay(sliceRecords(records, 0, settled), journal);
      if (end > settled) task.replay(sliceRecords(records, settled, end), journal, give);
      if (end < records.count) left = sliceRecords(records, end, records.count);
      folded += end;
      await aside?.room();
    }
    task.replay(null, journal, give);
    if (rebuild) task.passEntries(kept.nextEntry);
    return { reader, left, folded, missing: Math.min(from, nextOffset) - wanted, unread: Math.max(0, low - nextOffset) };
  } catch (thrown) {
    reader[Symbol.dispose]();
    throw thrown;
  }
}

/** A broker that has just started may still tell an end from before. */
async function boundsBehind(offset: number, input: PartitionedLog, partition: number): ReturnType<PartitionedLog["bounds"]> {
  for (const since = performance.now(); ; await sleep(200)) {
    const bounds = await input.bounds(partition);
    if (bounds.high >= offset || performance.now() - since > PATIENCE_MS) return bounds;
  }
}

/** Without each entry that the snapshots do not hold the state would be another one than that which was committed. */
function checkJournal(from: number, { journal, nextEntry }: Kept): void {
  const there = journal.filter(({ number }) => number >= from).length;
  if (there === nextEntry - from) return;
  throw new MangroveError("MGV_SNAPSHOT", `The journal has ${there} of the ${nextEntry - from} entries that were committed since the last snapshot: it was cut, as by its retention, while no engine ran. Make the state again from the readings with --rebuild.`);
}
