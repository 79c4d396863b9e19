import type { FieldReference } from "../../kernel-as/model/field-reference.ts";
import type { FieldSeen } from "../monitoring/drift.ts";
import type { HistoryReader } from "./reader.ts";
import { literal, quoted } from "./sql.ts";

/** The readings of a span of event time that ends with the newest one, or at a moment. */
export interface ReadingsSeen {
  readonly count: number;
  /** Epoch ms; null where there are none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** By field. */
  readonly fields: ReadonlyMap<string, FieldSeen>;
}

/** How the readings of the newest hours of a topic lie to the edges of references: one pass over them in DuckDB, none of them in JavaScript. Throws `MGV_HISTORY`. */
export async function fieldsSeen(history: HistoryReader, references: readonly FieldReference[], { topic, hours, untilMs, signal }: { topic: string; hours: number; untilMs?: number; signal?: AbortSignal }): Promise<ReadingsSeen> {
  const there = await history.rows("SELECT column_name FROM (DESCRIBE readings)", { ...(signal && { signal }) });
  const columns = new Set(there.map((row) => row["column_name"]));
  const known = references.filter(({ field, edges }) => columns.has(field) && edges.length > 0);
  const of = `topic = ${literal(topic)}`;
  const sums = known.flatMap((reference, i) => sumsOf(reference, i));
  const until = untilMs === undefined ? `(SELECT max(event_time) FROM readings WHERE ${of})` : `epoch_ms(${Math.floor(untilMs)})`;
  const sql = `SELECT ${["count(*) AS readings", "epoch_ms(min(event_time)) AS first_ms", "epoch_ms(max(event_time)) AS last_ms", ...sums].join(", ")} FROM readings
    WHERE ${of} AND event_time > ${until} - INTERVAL ${Math.ceil(hours * 3600)} SECOND AND event_time <= ${until}`;
  const [row = {}] = await history.rows(sql, { ...(signal && { signal }) });
  const number = (name: string) => Number(row[name] ?? 0);
  const count = number("readings");
  const time = (name: string) => (row[name] === null ? null : number(name));
  const fields = known.map(({ field, edges }, i): [string, FieldSeen] => {
    const values = number(`count_${i}`);
    return [field, { count: values, missing: count - values, upTo: edges.map((_, edge) => number(`up_to_${i}_${edge}`)), below: number(`below_${i}`), above: number(`above_${i}`) }];
  });
  return { count, firstMs: time("first_ms"), lastMs: time("last_ms"), fields: new Map(fields) };
}

/** As a model reads values: rounded to f32. */
function sumsOf({ field, edges }: FieldReference, i: number): string[] {
  const value = `CAST(${quoted(field)} AS FLOAT)`;
  // a bare number would be taken for a decimal one, whose way to f32 is not that of a double
  const edge = (at: number) => `CAST(CAST('${at}' AS DOUBLE) AS FLOAT)`;
  const [least, greatest] = [edge(edges[0]!), edge(edges.at(-1)!)];
  return [
    `count(${quoted(field)}) AS count_${i}`,
    ...edges.map((at, index) => `count(*) FILTER (${value} <= ${edge(at)}) AS up_to_${i}_${index}`),
    `coalesce(sum(CAST(${least} - ${value} AS DOUBLE)) FILTER (${value} < ${least}), 0) AS below_${i}`,
    `coalesce(sum(CAST(${value} - ${greatest} AS DOUBLE)) FILTER (${value} > ${greatest}), 0) AS above_${i}`,
  ];
}
