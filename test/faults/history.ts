import { DuckDBInstance } from "@duckdb/node-api";
import { compare, type Finding } from "./compare.ts";
import type { Item } from "./fold.ts";

/** Every reading of which there is a prediction stands in the history once, and so does its prediction. At least once: or oftener. */
export async function verifyHistory(directory: string, predictions: readonly Item[]): Promise<Finding[]> {
  const places = Array.from(new Set(predictions.map(({ text }) => text)), (place) => place.split("/").map(Number) as [partition: number, offset: number]);
  const expected = (["readings", "predictions"] as const).flatMap((kind) => places.map(([partition, offset]) => itemOf(kind, partition, offset)));
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const read = await connection.runAndReadAll(`SELECT kind, partition, "offset" FROM read_parquet('${directory}/*/*/*.parquet', hive_partitioning = true, union_by_name = true) WHERE kind IN ('readings', 'predictions')`);
    const actual = read.getRows().map(([kind, partition, offset]) => itemOf(String(kind), Number(partition), Number(offset)));
    connection.closeSync();
    return compare(inOrder(expected), inOrder(actual));
  } finally {
    instance.closeSync();
  }
}

function itemOf(kind: string, partition: number, offset: number): Item {
  return { kind: "history", of: `${kind} of partition ${partition}`, id: `${offset}`, text: "" };
}

/** Files have none. */
function inOrder(items: Item[]): Item[] {
  return items.sort((a, b) => Number(a.id) - Number(b.id));
}
