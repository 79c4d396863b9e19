import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { splitCsv } from "../../engine/decode/rows.ts";
import { readLines } from "../../engine/source/lines.ts";
import { MangroveError } from "../../kernel-as/errors.ts";

const ZONE = /^(UTC|Z|[+-]\d\d:\d\d)$/i;

/** Writes a copy of a file with its times in full, and gives its path. Throws `MGV_USAGE` where no zone is said. */
export async function withZone(path: string, { column, zone, out }: { column: string; zone: string | undefined; out: string }): Promise<string> {
  if (zone === undefined || !ZONE.test(zone)) {
    throw new MangroveError("MGV_USAGE", `The times under ${column} say no zone, so nobody can know when they were. Say which with --zone UTC or --zone +01:00; ${out} is then a copy with times such as 2026-02-28T06:30:00Z.`);
  }
  const suffix = /^(utc|z)$/i.test(zone) ? "Z" : zone;
  const full = (text: string) => `${text.trim().replace(" ", "T")}${suffix}`;
  const utf8 = new TextDecoder();
  const file = createWriteStream(out, { flags: "wx" });
  await once(file, "open").catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${out}: ${(cause as Error).message}`, { cause });
  });
  let at: number | null = null;
  for await (const bytes of readLines(path)) {
    const line = utf8.decode(bytes);
    const cells = splitCsv(line);
    let text = line;
    if (line.startsWith("{")) text = JSON.stringify(inJson(line, column, full));
    else if (at === null) at = cells.map((cell) => cell.trim()).indexOf(column);
    else text = cells.map((cell, i) => (i === at ? full(cell) : inCsv(cell))).join(",");
    if (!file.write(`${text}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return out;
}

function inJson(line: string, column: string, full: (text: string) => string): Record<string, unknown> {
  const message = JSON.parse(line) as Record<string, unknown>;
  const value = message[column];
  return typeof value === "string" ? { ...message, [column]: full(value) } : message;
}

function inCsv(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
