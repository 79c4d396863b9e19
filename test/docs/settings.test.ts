import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../fixtures/runtimes.ts";

const read = (path: string) => readFile(join(projectRoot, path), "utf8");

/** Names of the environment that a source file reads. */
async function namesIn(path: string): Promise<string[]> {
  return Array.from((await read(path)).matchAll(/"((?:MANGROVE|KAFKA|FLASK|MODEL|ML|ENABLE|PROMETHEUS|OTEL)_[A-Z_]+|DATASET)"/g), ([, name]) => name!);
}

/** Names in the first column of a document's tables. */
async function namesTold(path: string): Promise<string[]> {
  const rows = (await read(path)).split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => Array.from(row.split("|")[1]!.matchAll(/`(\w+)`/g), ([, name]) => name!));
}

test("every variable that is read has a row, and every row is of one that is read", async () => {
  const told = await namesTold("docs/settings.md");
  const known = new Set([...(await namesIn("engine/config.ts")), ...(await namesIn("engine/broker/security.ts"))]);
  expect(told.toSorted()).toEqual([...known].sort());
});

test("those of OpenTelemetry stand where settings.md says", async () => {
  expect(await read("docs/settings.md")).toContain("(logs.md#traces)");
  const told = (await namesTold("docs/logs.md")).filter((name) => name.startsWith("OTEL_"));
  expect(told.toSorted()).toEqual([...new Set(await namesIn("engine/monitoring/trace/trace-settings.ts"))].sort());
});
