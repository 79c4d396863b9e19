import { HistoryReader, type ReaderOptions } from "./reader.ts";
import { literal } from "./sql.ts";

/** The first offset that no reading of a partition has yet; 0 where the history has none of it. Throws `MGV_HISTORY`. */
export async function nextOffset({ topic, partition, ...options }: Pick<ReaderOptions, "directory" | "tell"> & { readonly topic: string; readonly partition: number }): Promise<number> {
  await using reader = await HistoryReader.open(options);
  const [found] = await reader.rows(`SELECT CAST(coalesce(max("offset") + 1, 0) AS DOUBLE) AS next FROM readings WHERE topic = ${literal(topic)} AND partition = ${partition}`);
  return found!["next"] as number;
}
