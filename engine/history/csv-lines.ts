import type { DuckDBValue } from "@duckdb/node-api";
import { textOf } from "./values.ts";

/** Rows as lines of CSV without the last end of line. NULL is empty, an empty text `""`. */
export function csvLines(rows: readonly (readonly DuckDBValue[])[]): string[] {
  return rows.map((row) => row.map((value) => cell(textOf(value))).join(","));
}

export function csvHead(columns: readonly string[]): string {
  return columns.map(cell).join(",");
}

function cell(text: string | null): string {
  if (text === null) return "";
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
