import { DuckDBInstance } from "@duckdb/node-api";
import type { Finding } from "../compare.ts";

/** Whether of each partition so many readings and predictions stand in the history, none of them twice. `readings` by partition. */
export async function verifyCounts(directory: string, readings: readonly number[]): Promise<Finding[]> {
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const read = await connection.runAndReadAll(
      `SELECT kind, partition, count(*), count(DISTINCT "offset") FROM read_parquet('${directory}/*/*/*.parquet', hive_partitioning = true, union_by_name = true) WHERE kind IN ('readings', 'predictions') GROUP BY ALL`,
    );
    const found = new Map(read.getRows().map(([kind, partition, rows, places]) => [`${String(kind)} of partition ${String(partition)}`, { rows: Number(rows), places: Number(places) }]));
    connection.closeSync();
    return readings.flatMap((expected, partition) =>
      ["readings", "predictions"].flatMap((kind) => {
        const name = `${kind} of partition ${partition}`;
        const { rows, places } = found.get(name) ?? { rows: 0, places: 0 };
        if (rows === expected && places === expected) return [];
        return [{ what: places < expected ? ("lost" as const) : ("doubled" as const), sentence: `history: ${name}: ${rows} rows of ${places} offsets, and ${expected} must be there` }];
      }),
    );
  } finally {
    instance.closeSync();
  }
}
