import { readFile, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Report } from "../../trainer/report/report.ts";
import { withRooms } from "../fixtures/rooms-training.ts";

test("a report is a page and the same data as JSON, and a card lies beside the model", async () => {
  await using folder = await withRooms();
  const { code, stderr } = await folder.train("--report", `${folder.file("report.html")},${folder.file("report.json")}`);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`report in ${folder.file("report.html")} and ${folder.file("report.json")}`);
  expect((await readdir(folder.path)).sort()).toEqual(["report.html", "report.json", "rooms.card.md", "rooms.csv", "rooms.json", "rooms.registry.jsonl", "versions"]);
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
