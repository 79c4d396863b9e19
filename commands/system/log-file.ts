import { closeSync, mkdirSync, openSync } from "node:fs";
import { copyFile, open, readFile, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";

/** A log that is larger becomes the one before, `NAME.log.1`. */
const MOST_BYTES = 10 << 20;

/** Opens a log that a process writes to by itself, so that what it says last is kept whoever else has died. */
export function openLog(path: string): { readonly fd: number; close(): void } {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, "a", 0o640);
  return { fd, close: () => closeSync(fd) };
}

/** Keeps a log within its bound while a process writes to it. Lines that come between the copy and the cut are lost. */
export async function boundLog(path: string, mostBytes = MOST_BYTES): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found || found.size <= mostBytes) return;
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
}

/** The last lines of a log. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.split("\n").filter(Boolean);
  return lines.slice(Math.max(0, lines.length - count));
}

/** What was written to a log from `offset` on, whole lines only; a log that was cut is read from its beginning. */
export async function linesFrom(path: string, offset: number): Promise<{ lines: string[]; next: number }> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  const from = size < offset ? 0 : offset;
  if (size === from) return { lines: [], next: from };
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
  return { lines: buffer.toString("utf8", 0, end).split("\n").filter(Boolean), next: from + end };
}
