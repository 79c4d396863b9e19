import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateCommand } from "../../commands/evaluate.ts";
import { trainCommand } from "../../commands/train.ts";
import type { Report } from "../../trainer/report/report.ts";
import { run } from "../fixtures/command.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** What the recording is known for, counted from the CSV without this project, as sentences must name it wherever a model of it is judged. */
const KNOWN = [
  /Recording R2 equals R1 but for UTC and Temperature/,
  /Recording R5 equals R4 but for UTC and Temperature/,
  /Column UTC tells the time/,
  /Column CNT counts the rows/,
  /The label changes at 10 of 62630 rows/,
];

/** Of columns that the pipeline does not read, and of times as the file has them. */
const OF_THE_FILE = new Set(KNOWN.filter(({ source }) => source.startsWith("Column") || source.startsWith("Recording")));

const AT_CHANCE = "Here the model is no better than chance: 3 distinct recordings, in which the label changes 4 times, cannot teach what fire looks like in another one.";

/** Text of a page or of Markdown, as it is read. */
const plain = (text: string) => text.replaceAll(/<style>.*?<\/style>/gs, " ").replaceAll(/<[^>]*>/g, " ").replaceAll("\\", "").replaceAll(/\s+/g, " ");

describe.skipIf(recordingAbsent)("what is told of a model of the real recording", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let told: Readonly<Record<"stderr" | "page" | "json" | "card" | "modelFile", string>>;
  const read = (name: string) => readFile(folder.file(name), "utf8");

  beforeAll(async () => {
    folder = await temporaryFolder();
    const { code, stderr } = await run(trainCommand, "--data", recordingPath, "--out", folder.file("model.json"), "--report", `${folder.file("report.html")},${folder.file("report.json")}`);
    expect(code, stderr).toBe(0);
    told = { stderr, page: await read("report.html"), json: await read("report.json"), card: await read("model.card.md"), modelFile: await read("model.json") };
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  test.each(["stderr", "page", "json", "card"] as const)("%s names the copies, the columns that tell the time, the ten changes of the label, and that a new room is at chance and why", (where) => {
    const text = plain(told[where]);
    for (const sentence of KNOWN) expect(text).toMatch(sentence);
    expect(text).toContain(AT_CHANCE);
  });

  test("the model's file names what its readings alone tell, whatever else is in the CSV: the same readings from a history give the same file", () => {
    const text = plain(told.modelFile);
    for (const sentence of KNOWN) expect(sentence.test(text), String(sentence)).toBe(!OF_THE_FILE.has(sentence));
    expect(text).toContain(AT_CHANCE);
  });

  test("the figures say the same: nearly all by chance of rows, none by recordings, in which copies are named", () => {
    const report = JSON.parse(told.json) as Report;
    const auc = (name: string) => report.splits.find((split) => split.name === name)!.judgement!.measures.auc!;
    expect(auc("random")).toBeGreaterThan(0.99);
    expect(auc("recordings")).toBeLessThan(0.6);
    expect(report.data.recordings.map(({ name, rows, positives, labelChanges, copyOf }) => [name, rows, positives, labelChanges, copyOf])).toEqual([
      ["R1", 24_994, 21_816, 1, null],
      ["R2", 24_994, 21_816, 1, "R1"],
      ["R3", 1154, 1121, 1, null],
      ["R4", 5744, 2, 2, null],
      ["R5", 5744, 2, 2, "R4"],
    ]);
  });

  test("judged by the rows that it learned from it is told to be flattered, and the same things are found", async () => {
    const { code, stdout, stderr } = await run(evaluateCommand, "--model", folder.file("model.json"), "--data", recordingPath, "--report", folder.file("evaluated.html"));
    expect(code, stderr).toBe(0);
    for (const text of [stdout, plain(await read("evaluated.html"))]) {
      expect(text).toContain("These figures flatter");
      for (const sentence of KNOWN) expect(text).toMatch(sentence);
    }
  });
});
