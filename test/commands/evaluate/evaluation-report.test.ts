import { readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { evaluateCommand } from "../../../commands/evaluate.ts";
import type { Report } from "../../../trainer/report/report.ts";
import { run } from "../../fixtures/command.ts";
import { judgedRows } from "../../fixtures/judged-rows.ts";
import { withRooms } from "../../fixtures/rooms-training.ts";
import { csvOf } from "../../fixtures/rooms.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const golden = (name: string) => fileURLToPath(new URL(`../../goldens/${name}`, import.meta.url));

async function reported(model: string, rows: readonly object[], ...words: string[]): Promise<{ report: Report; page: string }> {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows));
  const { code, stdout, stderr } = await run(evaluateCommand, "--model", model, "--data", folder.file("rows.csv"), "--label", "failed", "--report", `${folder.file("report.html")},${folder.file("report.json")}`, ...words);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("all rows");
  expect(stderr).toBe(`report in ${folder.file("report.html")} and ${folder.file("report.json")}\n`);
  return { report: JSON.parse(await readFile(folder.file("report.json"), "utf8")) as Report, page: await readFile(folder.file("report.html"), "utf8") };
}

/** The text of a section of the page. */
function textOf(page: string, id: string): string {
  const section = page.slice(page.indexOf(`<section id="${id}">`));
  return section.slice(0, section.indexOf("</section>")).replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

describe.each([
  ["xgboost/logistic.json", "trees (XGBoost JSON)"],
  ["lightgbm/binary.txt", "trees (LightGBM text)"],
])("a report of %s", (name, algorithm) => {
  test("has the data, one split, and what the model looks at", async () => {
    const { report, page } = await reported(golden(name), judgedRows(), "--threshold", "0.4");
    expect(report.model).toMatchObject({ algorithm, pipeline: null, trainedOn: "unknown", threshold: 0.4, thresholdReason: "It was given by --threshold.", calibration: null, parameters: {} });
    expect(report.data).toMatchObject({ source: expect.stringMatching(/^rows\.csv \(sha256 [0-9a-f]{12}\)$/), rows: 400, positives: 120, recordings: [{ name: "s0", rows: 100 }, { name: "s1" }, { name: "s2" }, { name: "s3" }] });
    expect(report.data.fields).toHaveLength(4);
    expect(report.splits).toHaveLength(1);
    const { judgement, meaning } = report.splits[0]!;
    expect(meaning).toContain("Whether it has learned from them, the file does not say.");
    expect(judgement).toMatchObject({ measures: { rows: 400, positives: 120 }, alarms: { fires: 40, threshold: 0.4 }, alone: null, calibrated: null, curves: { calibrated: null } });
    expect(judgement!.byRecording).toHaveLength(4);
    expect(judgement!.curves.roc.length).toBeGreaterThan(2);
    expect(report.features.some(({ contribution, sample }) => contribution! > 0 && sample.length === 400)).toBe(true);
    expect(report.features.reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(1, 6);
    expect(report).toMatchObject({ rounds: null, search: null });
    expect(report.cost.phases.map(({ name: phase }) => phase)).toEqual(["reading and predicting", "judging", "looking for leaks", "profile and weights"]);
    expect(page).toContain("none: a model from elsewhere");
    expect(textOf(page, "rounds")).toContain("Nothing was trained for this report");
    expect(textOf(page, "search")).toContain("no trials of a search");
    expect(textOf(page, "parameters")).toContain("The parameters of the training are not known.");
  });
});

test("a model that does not tell how much of its training came to each node has gains, and a sentence in the place of SHAP values", async () => {
  await using folder = await temporaryFolder();
  const model = JSON.parse(await readFile(golden("xgboost/logistic.json"), "utf8")) as { learner: { gradient_booster: { model: { trees: { sum_hessian: number[] }[] } } } };
  for (const tree of model.learner.gradient_booster.model.trees) tree.sum_hessian.fill(0);
  await writeFile(folder.file("model.json"), JSON.stringify(model));
  const { report, page } = await reported(folder.file("model.json"), judgedRows());
  expect(report.features.map(({ contribution, sample }) => [contribution, sample])).toEqual(Array.from({ length: 4 }, () => [null, []]));
  expect(report.features.some(({ gain }) => gain > 0)).toBe(true);
  expect(textOf(page, "importance")).toContain("What features add to single predictions (SHAP values) is not known");
  expect(textOf(page, "importance")).toContain("Share of the gain");
});

test("columns that a model reads by their order are called as the data calls them, and one that counts the rows is known for a feature", async () => {
  const rows = judgedRows().map(({ f1, f2, f3 }, i) => ({ nr: i, b: f1, c: f2, d: f3, failed: i < 120 ? 1 : 0 }));
  const { report } = await reported(golden("xgboost/logistic.json"), rows);
  expect(report.data.fields.map(({ name }) => name)).toEqual(["nr", "b", "c", "d"]);
  expect(report.findings.find(({ kind, of }) => kind === "order" && of === "nr")!.sentence).toMatch(/It is a feature here: leave it out\.$/);
});

test("rows that tell no time, or no label, are said to be so on the page", async () => {
  const { report, page } = await reported(golden("xgboost/logistic.json"), judgedRows().map(({ UTC, failed, ...row }, i) => ({ ...row, moment: UTC, failed: i % 10 === 9 ? "" : failed })));
  expect(report.data.recordings[0]).toMatchObject({ fromMs: null, toMs: null });
  expect(report.splits[0]!.judgement!.alarms).toBeNull();
  expect(textOf(page, "splits")).toContain("Alarms cannot be counted: 360 of 360 rows tell no time");
  expect(textOf(page, "splits")).toContain("40 rows without a label, left out.");
  expect(textOf(page, "alarms")).toContain("Spells of failed and alarms were not counted");
});

test("the page of our own model on the data that it was trained on warns of its figures, and shows its calibration before and after", async () => {
  await using folder = await withRooms();
  const trained = await folder.train("--calibrate", "isotonic", "--split", "blocks");
  expect(trained.code, trained.stderr).toBe(0);
  const { code, stderr } = await run(evaluateCommand, "--model", folder.file("rooms.json"), "--data", folder.file("rooms.csv"), "--label", "fire", "--group", "room", "--report", `${folder.file("r.json")},${folder.file("r.html")}`);
  expect(code, stderr).toBe(0);
  const report = JSON.parse(await readFile(folder.file("r.json"), "utf8")) as Report;
  expect(report.model).toMatchObject({ name: "rooms", algorithm: "gradient-boosted trees", trainedOn: expect.stringMatching(/^rooms\.csv, readings of 2023-11-14 \(sha256 /), parameters: { rounds: 5 } });
  expect(report.splits[0]!.verdict).toMatch(/^These figures flatter: .*rooms\.csv is what the model was trained on/);
  const { curves, calibrated } = report.splits[0]!.judgement!;
  expect(calibrated).not.toBeNull();
  expect(curves.calibrated!.reduce((sum, { rows }) => sum + rows, 0)).toBe(1200);
  const page = await readFile(folder.file("r.html"), "utf8");
  expect(textOf(page, "splits")).toContain("These figures flatter");
  expect(textOf(page, "calibration")).toContain("all rows, calibrated");
});

test("what cannot be written, or would take the place of what is read, is refused before anything is read", async () => {
  await using folder = await temporaryFolder();
  const model = folder.file("model.json");
  await writeFile(model, await readFile(golden("xgboost/logistic.json")));
  await writeFile(folder.file("rows.csv"), csvOf(judgedRows()));
  const refused = async (report: string) => (await run(evaluateCommand, "--model", model, "--data", folder.file("rows.csv"), "--label", "failed", "--report", report)).stderr;
  expect(await refused("report")).toBe('MGV_USAGE: --report takes files that end in .html or .json, with commas between several, not "report".\n');
  expect(await refused(model)).toBe(`MGV_USAGE: --report names ${model}, which is named already: give each file a name of its own.\n`);
  expect(await refused(`${folder.file("a.html")},${folder.file("./a.html")}`)).toMatch(/^MGV_USAGE: --report names .*a\.html, which is named already/);
  expect(await refused(`${folder.file("a.html")},${folder.file("none/a.json")}`)).toMatch(/^MGV_FILE_WRITE: Cannot write .*there is no folder/);
  expect((await readdir(folder.path)).sort()).toEqual(["model.json", "rows.csv"]);
});

test("an evaluation that fails leaves no file behind, and what was there stays", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(judgedRows().map((row) => ({ ...row, failed: "yes" }))));
  await writeFile(folder.file("a.html"), "before");
  const { code, stderr } = await run(evaluateCommand, "--model", golden("xgboost/logistic.json"), "--data", folder.file("rows.csv"), "--label", "failed", "--report", `${folder.file("a.html")},${folder.file("b.json")}`);
  expect(code).toBeNull();
  expect(stderr).toMatch(/^MGV_LABEL: /);
  expect((await readdir(folder.path)).sort()).toEqual(["a.html", "rows.csv"]);
  expect(await readFile(folder.file("a.html"), "utf8")).toBe("before");
});
