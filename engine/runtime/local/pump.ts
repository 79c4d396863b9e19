import { MangroveError } from "../../../kernel-as/errors.ts";
import type { LocalPartition, LogRecord } from "../../log/local-partition.ts";
import type { RecordBatch, Source } from "../../source/source.ts";
import { keepTrying } from "../keep-trying.ts";

/** Appends all that a source gives, each record once and no further ahead of the task than the log has room, until the source ends or `signal` aborts. A full disk is waited for. */
export async function pump(source: Source, log: LocalPartition, onFailure: (thrown: unknown, pauseMs: number) => void, signal: AbortSignal): Promise<void> {
  const passes = (thrown: unknown) => thrown instanceof MangroveError && thrown.code === "MGV_FILE_WRITE";
  /** The source makes its next records meanwhile. */
  let appended = Promise.resolve();
  for await (const { records } of source.read(signal)) {
    await appended;
    await log.room(signal);
    if (signal.aborted) return;
    appended = keepTrying(() => log.append(recordsOf(records)), { passes, onFailure }, signal);
    appended.catch(() => {}); // told when it is awaited
  }
  await appended;
}

function* recordsOf({ count, keys, keyBounds, values, bounds }: RecordBatch): Generator<LogRecord> {
  for (let i = 0; i < count; i++) {
    yield { key: keys.subarray(keyBounds[i], keyBounds[i + 1]), value: values.subarray(bounds[i], bounds[i + 1]) };
  }
}
