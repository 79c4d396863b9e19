import { z } from "@hono/zod-openapi";
import { isoTimeMs } from "../engine/decode/iso-time.ts";
import { kindNames, type Kind } from "../engine/history/kinds.ts";
import { literal } from "../engine/history/sql.ts";
import type { FieldError } from "./contract.ts";
import { parameterErrors, wrongParameter } from "./query-parameters.ts";

const MAX_SQL_CHARACTERS = 10_000;
const MAX_ROWS = 10_000;
const DEFAULT_ROWS = 100;

const moment = z.string().refine((text) => !Number.isNaN(isoTimeMs(text)), "must be ISO 8601 with a zone, such as 2026-11-23T06:30:00Z");

/** DuckDB would take what is before it for the whole. */
const text = (most: number) => z.string().max(most).refine((value) => !value.includes("\0"), "must not have a NUL in it");

/** What may be asked of a history: one SELECT, or the newest rows of a kind. */
export const historyQuerySchema = z.object({
  sql: text(MAX_SQL_CHARACTERS).exactOptional().openapi({ description: "One SELECT of DuckDB's SQL on the tables readings, predictions, alerts, analytics and labels, instead of kind, sensor, from and to.", example: "SELECT sensor, max(probability) AS p FROM predictions GROUP BY sensor" }),
  kind: z.enum(kindNames).exactOptional().openapi({ description: "Readings, if left out." }),
  sensor: text(1_000).exactOptional(),
  from: moment.exactOptional().openapi({ format: "date-time", description: "Event times from here on; of labels, when they begin." }),
  to: moment.exactOptional().openapi({ format: "date-time", description: "Event times before this." }),
  limit: z.coerce.number().int().min(1).max(MAX_ROWS).exactOptional().openapi({ type: "integer", minimum: 1, maximum: MAX_ROWS, description: `Rows at most: ${DEFAULT_ROWS}, of SQL ${MAX_ROWS}.` }),
  format: z.enum(["json", "csv"]).exactOptional().openapi({ description: "By Accept, if left out." }),
});

type HistoryQuery = z.infer<typeof historyQuerySchema>;

interface AskedQuestion {
  readonly sql: string;
  readonly maxRows: number;
  readonly format: "json" | "csv" | undefined;
  /** Whether the SQL is the client's own. */
  readonly isTheirs: boolean;
}

/** What the parameters of a request ask. */
export function questionOf(parameters: Readonly<Record<string, string[]>>): AskedQuestion | { errors: FieldError[]; status: 400 | 422 } {
  const errors = parameterErrors(parameters, Object.keys(historyQuerySchema.shape));
  const read = historyQuerySchema.safeParse(Object.fromEntries(Object.entries(parameters).map(([name, [value]]) => [name, value])));
  if (!read.success) errors.push(...read.error.issues.map(({ path, message }) => wrongParameter(String(path[0]), `${String(path[0])}: ${message}.`)));
  if (!read.success || errors.length > 0) return { errors, status: 400 };
  const query = read.data;
  const { sql, format, limit } = query;
  if (sql === undefined) return { sql: newestSql(query), maxRows: limit ?? DEFAULT_ROWS, format, isTheirs: false };
  const both = (["kind", "sensor", "from", "to"] as const).filter((name) => query[name] !== undefined);
  if (both.length > 0) return { errors: both.map((name) => wrongParameter(name, `${name} cannot be given beside sql: say it there.`)), status: 422 };
  return { sql, maxRows: limit ?? MAX_ROWS, format, isTheirs: true };
}

/** The newest first; one more than is asked for, so that it is known whether there are more. */
function newestSql({ kind = "readings", sensor, from, to, limit = DEFAULT_ROWS }: HistoryQuery): string {
  const time = timeOf(kind);
  const conditions = [
    ...(sensor === undefined ? [] : [`sensor = ${literal(sensor)}`]),
    ...(from === undefined ? [] : [`${time} >= epoch_ms(${isoTimeMs(from)})`, ...(kind === "labels" ? [] : [`date >= epoch_ms(${isoTimeMs(from)})::DATE`])]),
    ...(to === undefined ? [] : [`${time} < epoch_ms(${isoTimeMs(to)})`, ...(kind === "labels" ? [] : [`date <= epoch_ms(${isoTimeMs(to)})::DATE`])]),
  ];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT * FROM ${kind}${where} ORDER BY ${time} DESC LIMIT ${limit + 1}`;
}

function timeOf(kind: Kind): string {
  return kind === "labels" ? "from_time" : "event_time";
}
