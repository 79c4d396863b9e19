import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { HistoryReader } from "../../engine/history/reader.ts";
import { plainEnvironment, projectRoot, runtimes } from "../fixtures/runtimes.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const KILLS = 24;

function writer(folder: string, ...words: string[]) {
  const [node] = runtimes.node;
  return spawn(node, [join(projectRoot, "test/faults/history-writer.ts"), folder, ...words], { env: plainEnvironment(), stdio: ["ignore", "ignore", "inherit"] });
}

test("a history that is written and merged at once is whole for its readers all the while, whenever its process is killed", async () => {
  await using folder = await temporaryFolder();
  const seed = 11;
  const next = random(seed);
  const committed = async () => Number(await readFile(folder.file("committed"), "utf8").catch(() => "0"));
  let [looks, least] = [0, 0];
  const over = new AbortController();
  const reading = (async () => {
    await using reader = await HistoryReader.open({ directory: folder.file("history"), threads: 1, tell: (sentence) => expect.fail(sentence) });
    for (; !over.signal.aborted; looks++) {
      for (const kind of ["readings", "predictions"]) {
        const [row] = await reader.rows(`SELECT count(*)::INTEGER AS rows, count(DISTINCT "offset")::INTEGER AS offsets, coalesce(max("offset") + 1, 0)::INTEGER AS end FROM ${kind}`);
        const { rows, offsets, end } = row as Record<string, number>;
        expect({ rows, offsets }, kind).toEqual({ rows: end, offsets: end });
        expect(end).toBeLessThanOrEqual(await committed());
        if (kind === "readings") {
          expect(end).toBeGreaterThanOrEqual(least);
          least = end!;
        }
      }
    }
  })();
  let isBroken = false; // told below
  reading.catch(() => (isBroken = true));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = await committed();
    const child = writer(folder.path, `r${kill}`);
    while ((await committed()) === before && child.exitCode === null) await sleep(5);
    await sleep(next() * 150);
    child.kill("SIGKILL");
    await once(child, "close");
  }
  const last = writer(folder.path, "last", "3");
  expect(await once(last, "close")).toEqual([0, null]);
  const all = await committed();
  const at = looks;
  await expect.poll(() => isBroken || looks > at + 1).toBe(true); // one that has begun after the last commit
  over.abort();
  await reading;
  expect(least).toBe(all);
  console.log(`seed ${seed}: ${KILLS} kills, ${all} readings, ${looks} looks`);
  expect(looks).toBeGreaterThan(KILLS);
});
