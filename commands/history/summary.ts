import { stat } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "../../engine/history/files.ts";
import { kindNames } from "../../engine/history/kinds.ts";
import type { HistoryReader } from "../../engine/history/reader.ts";

/** What a history holds of one kind. */
interface KindSummary {
  readonly kind: string;
  readonly rows: number;
  readonly days: number;
  /** Null where it holds none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly files: number;
  readonly bytes: number;
}

export async function summaryOf(reader: HistoryReader, signal: AbortSignal): Promise<KindSummary[]> {
  const summaries: KindSummary[] = [];
  for (const kind of kindNames) {
    const days = await filesOf(reader.directory, kind);
    const paths = days.flatMap(({ folder, names }) => names.map((name) => join(folder, name)));
    const sizes = await Promise.all(paths.map((path) => stat(path).then(({ size }) => size, () => 0)));
    const [row] = await reader.rows(`SELECT count(*)::DOUBLE AS rows FROM ${kind}`, { signal });
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    summaries.push({ kind, rows: row!["rows"] as number, days: days.length, first: days[0]?.date ?? null, last: days.at(-1)?.date ?? null, files: paths.length, bytes });
  }
  return summaries;
}

export function summaryLines(directory: string, summaries: readonly KindSummary[]): string[] {
  const cells = summaries.map(({ kind, rows, days, first, last, files, bytes }) => [
    kind,
    rows.toLocaleString("en"),
    days === 0 ? "" : days === 1 ? `on ${first}` : `on ${days} days, ${first} to ${last}`,
    days === 0 ? "" : `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB in ${files} ${files === 1 ? "file" : "files"}`,
  ]);
  const width = (i: number) => Math.max(...cells.map((row) => row[i]!.length));
  return [directory, ...cells.map(([kind, rows, days, size]) => `  ${kind!.padEnd(width(0))}  ${rows!.padStart(width(1))}  ${days!.padEnd(width(2))}  ${size}`.trimEnd())];
}
