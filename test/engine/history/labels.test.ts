import { readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { writeLabels, type Label } from "../../../engine/history/labels.ts";
import { HistoryReader } from "../../../engine/history/reader.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const day = Date.UTC(2026, 10, 23);
const label: Label = { sensor: "s'1 🌡", fromMs: day - 5000, toMs: day + 5000, label: 1, who: 'an "expert"', givenMs: day + 86_400_000, number: 7 };

test("labels are one file, under the date up to which they reach, and come back as they were given", async () => {
  await using folder = await temporaryFolder();
  const directory = folder.file("history");
  await writeLabels(directory, [label, { ...label, sensor: "s2", fromMs: 0, toMs: 1, label: 0, number: 2 ** 53 - 1 }]);
  expect((await readdir(directory, { recursive: true })).toSorted()).toEqual(["kind=labels", "kind=labels/date=2026-11-23", expect.stringMatching(/^kind=labels\/date=2026-11-23\/labels-[0-9a-f]{32}\.parquet$/)]);
  await using reader = await HistoryReader.open({ directory });
  expect(await reader.rows("SELECT * EXCLUDE (date) FROM labels ORDER BY sensor")).toEqual([
    { sensor: "s'1 🌡", from_time: new Date(day - 5000), to_time: new Date(day + 5000), label: 1, who: 'an "expert"', given_time: new Date(day + 86_400_000), number: 7n },
    { sensor: "s2", from_time: new Date(0), to_time: new Date(1), label: 0, who: 'an "expert"', given_time: new Date(day + 86_400_000), number: 9007199254740991n },
  ]);
});

test("the same labels again change nothing, others are beside them, none are no file", async () => {
  await using folder = await temporaryFolder();
  for (const labels of [[label], [label], [], [{ ...label, number: 8 }]]) await writeLabels(folder.path, labels);
  await using reader = await HistoryReader.open({ directory: folder.path });
  expect(await reader.rows("SELECT number FROM labels ORDER BY number")).toEqual([{ number: 7n }, { number: 8n }]);
});

test("a folder that cannot be made is told", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("file"), "");
  await expect(writeLabels(folder.file("file/below"), [label])).rejects.toMatchObject({ code: "MGV_HISTORY" });
});
