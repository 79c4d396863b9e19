import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { helpText } from "../../commands/command.ts";
import { searchCommand } from "../../commands/search.ts";
import { trainCommand } from "../../commands/train.ts";
import type { SearchResult } from "../../trainer/search.ts";
import { run } from "../fixtures/command.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** Machines that run hot before they fail, a reading a second. */
function machines(names: readonly string[], rows: number): string {
  const next = random(9);
  const lines = names.flatMap((name, machine) => Array.from({ length: rows }, (_, i) => {
    const heat = 20 + 60 * next();
    return `${1000 + machine * 100_000 + i},${name},${heat.toFixed(2)},${next().toFixed(3)},${heat + 10 * next() > 60 ? 1 : 0}`;
  }));
  return `UTC,machine,heat,noise,failed\n${lines.join("\n")}\n`;
}

const flags = ["--label", "failed", "--group", "machine", "--trials", "3", "--rounds", "8"];

test("folds leave machines out; the best parameters go to a file that train takes", async () => {
  await using folder = await temporaryFolder();
  const data = folder.file("machines.csv");
  await writeFile(data, machines(["m1", "m2", "m3"], 300));
  const { code, stdout, stderr } = await run(searchCommand, "--data", data, ...flags, "--out", folder.file("best.json"));
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^trials: 3 with all rows; mean logloss of 3 folds/);
  expect(stdout.trimEnd().split("\n")).toHaveLength(5);
  expect(stderr).toContain("a recording left out, 3 folds");
  expect(stderr).toMatch(/rung 1 of 1: 3 of 3 trials; best so far is trial \d/);
  const best = JSON.parse(await readFile(folder.file("best.json"), "utf8")) as object;
  expect(best).toMatchObject({ rounds: 8, early_stopping_rounds: 0 });

  const trained = await run(trainCommand, "--data", data, "--label", "failed", "--group", "machine", "--parameters", folder.file("best.json"), "--rounds", "5", "--out", folder.file("model.json"), "--json");
  expect(trained.code, trained.stderr).toBe(0);
  expect((JSON.parse(trained.stdout) as { parameters: object }).parameters).toEqual({ ...best, rounds: 5 });
  expect(trained.stderr).toContain("recording left out");
});

test("one machine is parted into blocks of time, and the table as JSON is the same each time", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("machines.csv"), machines(["m1"], 3600));
  const searched = () => run(searchCommand, "--data", folder.file("machines.csv"), ...flags, "--space", '{"eta":[0.1,0.3,0.5]}', "--json");
  const first = await searched();
  expect(first.stderr).toContain("10-minute blocks, 5 folds");
  const { trials, rungs } = JSON.parse(first.stdout) as SearchResult;
  expect([trials.length, rungs.length]).toEqual([3, 1]);
  expect((await searched()).stdout).toBe(first.stdout);
});

test("what does not fit is refused in words", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("machines.csv"), machines(["m1"], 100));
  await writeFile(folder.file("list.json"), "[]");
  const refused = async (...words: string[]) => (await run(searchCommand, "--data", folder.file("machines.csv"), "--label", "failed", ...words)).stderr;
  expect(await refused("--space", "eta")).toContain("MGV_USAGE: --space must be a JSON object");
  expect(await refused("--group", "machin")).toContain('MGV_CSV_COLUMN');
  expect(await refused("--split", "random")).toContain("MGV_USAGE: --split must be recordings or blocks");
  expect(await refused()).toContain("MGV_TRAIN_DATA: The readings are too few to part them into blocks");
  const train = (file: string) => run(trainCommand, "--parameters", folder.file(file));
  expect((await train("none.json")).stderr).toContain("MGV_FILE_READ");
  expect((await train("list.json")).stderr).toContain("MGV_JSON");
  expect(helpText(searchCommand)).toContain("Examples:");
});
