import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../fixtures/runtimes.ts";

const read = (path: string) => readFile(join(projectRoot, path), "utf8");

/** Names of the environment that a source file reads. */
async function namesIn(path: string): Promise<string[]> {
  return Array.from((await read(path)).matchAll(/"((?:MANGROVE|KAFKA|FLASK|MODEL|ML|ENABLE|PROMETHEUS)_[A-Z_]+|DATASET)"/g), ([, name]) => name!);
}

test("every variable that is read has a row, and every row is of one that is read", async () => {
  const rows = (await read("docs/settings.md")).split("\n").filter((line) => line.startsWith("| `"));
  const told = rows.flatMap((row) => Array.from(row.split("|")[1]!.matchAll(/`(\w+)`/g), ([, name]) => name!));
  const known = new Set([...(await namesIn("engine/config.ts")), ...(await namesIn("engine/broker/security.ts"))]);
  expect(told.toSorted()).toEqual([...known].sort());
});
