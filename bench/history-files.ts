import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { HistoryStore } from "../engine/history/history-store.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { TaskOutput } from "../engine/task/output.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { RowHistory } from "./row-history.ts";

/** Throws unless the engine's files of the outputs have the columns, types and values of those that are written row by row. */
export async function mustHoldTheSame(folder: string, pipeline: Pipeline, outputs: readonly TaskOutput[]): Promise<void> {
  const [ours, plain] = [join(folder, "ours"), join(folder, "plain")];
  {
    await using store = await HistoryStore.open({ pipeline, directory: ours, run: "same" });
    const history = store.of(pipeline, { partition: 0, isFenced: true });
    for (const output of outputs) history.write(output);
    await (await history.settle())();
    await using rows = await RowHistory.open(pipeline, plain);
    await rows.write(outputs, "same");
  }
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    for (const kind of ["readings", "predictions"]) {
      const rows = (directory: string) => `SELECT * FROM read_parquet('${directory}/kind=${kind}/*/*.parquet', hive_partitioning = true, file_row_number = true)`;
      const columns = (directory: string) => `SELECT column_name, column_type FROM (DESCRIBE ${rows(directory)})`;
      for (const what of [columns, rows]) {
        for (const [left, right] of [[ours, plain], [plain, ours]] as const) {
          const { currentRowCount } = await connection.runAndReadAll(`${what(left)} EXCEPT ${what(right)}`);
          if (currentRowCount > 0) throw new MangroveError("MGV_INTERNAL", `${currentRowCount} ${what.name} of ${kind} in ${left} are not in ${right}. Nothing was timed.`);
        }
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
