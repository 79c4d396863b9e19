import { splitCsv } from "../../engine/decode/csv.ts";
import { cellValue } from "../../engine/decode/rows.ts";
import { readTableLines } from "../../engine/source/table-lines.ts";
import { MangroveError } from "../../kernel-as/errors.ts";

/** Messages of something unknown, as far as they could be read. */
export interface Sample {
  readonly format: "csv" | "json";
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  /** What could not be read. */
  readonly broken: number;
  /** The records' keys, one a message; of a file empty. */
  readonly keys: readonly (string | null)[];
}

/** The first `most` rows of a CSV with a header, or of JSON lines. Throws `MGV_FILE_READ`, `MGV_CSV_EMPTY`, `MGV_CSV_COLUMN`. */
export async function sampleFile(path: string, most: number): Promise<Sample> {
  const utf8 = new TextDecoder();
  const messages: Record<string, unknown>[] = [];
  let header: readonly string[] | null = null;
  let broken = 0;
  let isFirst = true;
  for await (const bytes of readTableLines(path)) {
    const line = utf8.decode(bytes);
    if (isFirst && !line.startsWith("{")) header = headerOf(line, path);
    else {
      const message = header === null ? objectOf(line) : rowOf(header, splitCsv(line));
      if (message === null) broken++;
      else messages.push(message);
    }
    isFirst = false;
    if (messages.length + broken >= most) break;
  }
  if (messages.length === 0) throw new MangroveError("MGV_CSV_EMPTY", `${path} holds no readings that could be read: it should be a CSV with a header, or a JSON object a line.`);
  return { format: header === null ? "json" : "csv", messages, broken, keys: [] };
}

/** What the values of records hold. Throws `MGV_JSON` where none is a JSON object. */
export function sampleRecords(records: readonly { readonly key: string | null; readonly value: string }[], topic: string): Sample {
  const messages: Record<string, unknown>[] = [];
  const keys: (string | null)[] = [];
  for (const { key, value } of records) {
    const message = objectOf(value);
    if (message === null) continue;
    messages.push(message);
    keys.push(key);
  }
  if (messages.length === 0) throw new MangroveError("MGV_JSON", `None of ${records.length} records of ${topic} is a JSON object, which is what pipelines read.`);
  return { format: "json", messages, broken: records.length - messages.length, keys };
}

function headerOf(line: string, path: string): readonly string[] {
  const names = splitCsv(line).map((name) => name.trim());
  if (names.length < 2 || new Set(names).size < names.length) {
    throw new MangroveError("MGV_CSV_COLUMN", `The first line of ${path} should name its columns, each once, with commas, semicolons or tabs between: it is ${JSON.stringify(line.slice(0, 80))}.`);
  }
  return names;
}

function rowOf(header: readonly string[], cells: readonly string[]): Record<string, unknown> | null {
  return cells.length === header.length ? Object.fromEntries(header.map((name, i) => [name, cellValue(cells[i]!)] as const).filter(([name]) => name !== "")) : null;
}

/** The object that a line of JSON is; null where it is none. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
