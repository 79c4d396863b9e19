import { columnsOf } from "../engine/history/columns.ts";
import type { HistoryReader } from "../engine/history/reader.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { LabelledBatch } from "./dataset.ts";

/** Columns of {@link historySql} before the fields. */
const KEYS = 5;

/** Reads what {@link historySql} finds, without holding all of it. A reading that was kept twice counts once. Throws `MGV_HISTORY`. */
export async function* historyReadings(connection: HistoryReader["connection"], sql: string, signal?: AbortSignal): AsyncGenerator<LabelledBatch> {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const sensorNumber = (name: string): number => {
    let number = numbers.get(name);
    if (number === undefined) numbers.set(name, (number = names.push(name) - 1));
    return number;
  };
  let last = "";
  try {
    for await (const chunk of columnsOf(connection, sql)) {
      signal?.throwIfAborted();
      const [partitions, offsets, sensors, times] = chunk as unknown as [number[], number[], string[], number[]];
      const once = Array.from(offsets.keys()).filter((row) => {
        const key = `${partitions[row]} ${offsets[row]} ${times[row]} ${sensors[row]}`;
        const isNew = key !== last;
        last = key;
        return isNew;
      });
      const column = (values: readonly unknown[]) => Float64Array.from(once, (row) => (values[row] as number | null) ?? NaN);
      yield {
        count: once.length,
        sensors: Uint32Array.from(once, (row) => sensorNumber(sensors[row]!)),
        names: { of: (number) => names[number]! },
        timesMs: column(times),
        labels: column(chunk[KEYS - 1]!),
        columns: chunk.slice(KEYS).map(column),
      };
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw new MangroveError("MGV_HISTORY", `The history cannot be read to learn from: ${(cause as Error).message}`, { cause });
  }
}
