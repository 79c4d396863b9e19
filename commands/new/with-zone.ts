import { access } from "node:fs/promises";
import { csvCell, splitCsv } from "../../engine/decode/csv.ts";
import { readTableLines } from "../../engine/source/table-lines.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { PendingFile } from "../pending-file.ts";
import type { Column } from "./columns.ts";
import { objectOf } from "./sample.ts";
import { timeInFull } from "./time-in-full.ts";

const ZONE = /^(UTC|Z|[+-]\d\d:\d\d)$/i;

/** Characters that are written at once. */
const PIECE = 1 << 20;

/** Writes a copy of a file with its times as ISO 8601 has them, and gives its path; `zone` is of those that say none. Throws `MGV_USAGE` where it is needed and not said and where there is something already, `MGV_FILE_WRITE`. */
export async function withZone(path: string, { column: { name: column, time }, zone, out }: { column: Column; zone: string | undefined; out: string }): Promise<string> {
  if (time === "local" && (zone === undefined || !ZONE.test(zone))) {
    throw new MangroveError("MGV_USAGE", `The times under ${column} say no zone, so nobody can know when they were. Say which with --zone UTC or --zone +01:00; ${out} is then a copy with times such as 2026-02-28T06:30:00Z.`);
  }
  const full = (text: string) => timeInFull(text.trim(), time === "local" ? zone : null) ?? text;
  if (await access(out).then(() => true, () => false)) throw new MangroveError("MGV_USAGE", `${out} is there already, and is left as it is: remove it, or call the pipeline otherwise with --name.`);
  await using file = await PendingFile.open(out);
  const utf8 = new TextDecoder();
  let copied: ((line: string) => string) | null = null;
  let text = "";
  for await (const bytes of readTableLines(path)) {
    const line = utf8.decode(bytes);
    const isHeader: boolean = copied === null && !line.startsWith("{");
    copied ??= isHeader ? rowCopier(line, column, full) : (message) => messageCopy(message, column, full);
    text += `${isHeader ? line : copied(line)}\n`;
    if (text.length < PIECE) continue;
    await file.write(text);
    text = "";
  }
  await file.write(text);
  await file.commit();
  return out;
}

/** What cannot be read is told of by whoever reads the copy, and stays as it is. */
function messageCopy(line: string, column: string, full: (text: string) => string): string {
  const message = objectOf(line);
  const value = message?.[column];
  return typeof value === "string" ? JSON.stringify({ ...message, [column]: full(value) }) : line;
}

function rowCopier(header: string, column: string, full: (text: string) => string): (line: string) => string {
  const names = splitCsv(header).map((name) => name.trim());
  const at = names.indexOf(column);
  return (line) => {
    const cells = splitCsv(line);
    return cells.length === names.length ? cells.map((cell, i) => csvCell(i === at ? full(cell) : cell)).join(",") : line;
  };
}
