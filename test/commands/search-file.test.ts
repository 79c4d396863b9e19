import { readFile, readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { searchCommand } from "../../commands/search.ts";
import type { Report } from "../../trainer/report/report.ts";
import { run } from "../fixtures/command.ts";
import { roomFlags, withRooms } from "../fixtures/rooms-training.ts";

test("the report shows the trials of a search", async () => {
  await using folder = await withRooms();
  const searched = await run(searchCommand, "--data", folder.file("rooms.csv"), ...roomFlags, "--trials", "3", "--json");
  await writeFile(folder.file("trials.json"), searched.stdout);
  const { code, stderr } = await folder.train("--search", folder.file("trials.json"), "--report", `${folder.file("report.json")},${folder.file("report.html")}`);
  expect(code, stderr).toBe(0);
  expect((JSON.parse(await readFile(folder.file("report.json"), "utf8")) as Report).search).toEqual(JSON.parse(searched.stdout));
  expect(await readFile(folder.file("report.html"), "utf8")).toContain("The best of many trials looks better than it is.");
});

test.each([
  ["is no JSON", "trials", "is no table of trials: write one by `mangrove search --json >"],
  ["holds parameters", '{"rounds":5}', "It looks like the best parameters, which --parameters takes."],
  ["has a broken trial", '{"metric":"logloss","folds":2,"resource":"rows","rungs":[{"trials":1,"share":1}],"trials":[{"number":1}],"best":{}}', "is no table of trials"],
  ["has no trials", '{"metric":"logloss","folds":2,"resource":"rows","rungs":[{"trials":1,"share":1}],"trials":[],"best":{}}', "is no table of trials"],
])("a file that %s is refused with what to do", async (_, content, sentence) => {
  await using folder = await withRooms();
  await writeFile(folder.file("trials.json"), content);
  const { code, stderr } = await folder.train("--search", folder.file("trials.json"), "--report", folder.file("report.html"));
  expect(code).toBeNull();
  expect(stderr).toMatch(/^MGV_JSON: /);
  expect(stderr).toContain(sentence);
  expect((await readdir(folder.path)).sort()).toEqual(["rooms.csv", "trials.json"]);
});

test("without a report to be shown in, a search is refused", async () => {
  await using folder = await withRooms();
  expect((await folder.train("--search", "trials.json")).stderr).toContain("MGV_USAGE: --search is shown in the report");
});
