import { readFile, readdir, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { searchCommand } from "../../commands/search.ts";
import { trainCommand } from "../../commands/train.ts";
import type { Report } from "../../trainer/report/report.ts";
import { run } from "../fixtures/command.ts";
import { csvOf, roomRows } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const flags = ["--label", "fire", "--group", "room", "--rounds", "5"];

async function withRooms() {
  const folder = await temporaryFolder();
  await writeFile(folder.file("rooms.csv"), csvOf(roomRows(3, 4, 300)));
  const train = (...words: string[]) => run(trainCommand, "--data", folder.file("rooms.csv"), ...flags, "--out", folder.file("rooms.json"), ...words);
  return Object.assign(folder, { train });
}

describe("train --report", () => {
  test("writes a page and the same data as JSON, and a card beside the model", async () => {
    await using folder = await withRooms();
    const { code, stderr } = await folder.train("--report", `${folder.file("report.html")},${folder.file("report.json")}`);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`report in ${folder.file("report.html")} and ${folder.file("report.json")}`);
    expect((await readdir(folder.path)).sort()).toEqual(["report.html", "report.json", "rooms.card.md", "rooms.csv", "rooms.json"]);
    const report = JSON.parse(await readFile(folder.file("report.json"), "utf8")) as Report;
    expect(report).toMatchObject({ model: { name: "rooms", trees: 5 }, data: { source: "rooms.csv", rows: 1200 }, search: null });
    expect(report.cost.phases.map(({ name }) => name)).toEqual(["reading", "training and judging", "looking for leaks", "profile and weights"]);
    const page = await readFile(folder.file("report.html"), "utf8");
    expect(page).toContain(`<h1>rooms</h1>`);
    expect(page).toContain(report.model.version);
    const card = await readFile(folder.file("rooms.card.md"), "utf8");
    expect(card).toContain("npm run train -- --data rooms.csv --label fire --group room --out rooms.json --rounds 5");
    expect(card).toContain(report.model.version);
  });

  test("the same training gives the same card, with a report or without", async () => {
    await using folder = await withRooms();
    await folder.train();
    const first = await readFile(folder.file("rooms.card.md"), "utf8");
    await folder.train("--report", folder.file("report.html"));
    expect(await readFile(folder.file("rooms.card.md"), "utf8")).toBe(first);
  });

  test("another ending, and a folder that is not there, are refused before anything is trained", async () => {
    await using folder = await withRooms();
    const other = await folder.train("--report", "report.html,report.pdf");
    expect(other.stderr).toBe('MGV_USAGE: --report takes files that end in .html or .json, with commas between several, not "report.pdf".\n');
    const nowhere = await folder.train("--report", `${folder.file("first.html")},${folder.file("none/report.html")}`);
    expect(nowhere.stderr).toContain("MGV_FILE_WRITE: Cannot write");
    expect(await readdir(folder.path)).toEqual(["rooms.csv"]);
  });
});

describe("train --search", () => {
  test("shows the trials of a search", async () => {
    await using folder = await withRooms();
    const searched = await run(searchCommand, "--data", folder.file("rooms.csv"), ...flags, "--trials", "3", "--json");
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

  test("without a report to be shown in it is refused", async () => {
    await using folder = await withRooms();
    expect((await folder.train("--search", "trials.json")).stderr).toContain("MGV_USAGE: --search is shown in the report");
  });
});
