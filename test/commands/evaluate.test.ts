import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { evaluateCommand } from "../../commands/evaluate.ts";
import { trainCommand } from "../../commands/train.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import smoke from "../../pipelines/smoke.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { trainModel } from "../../trainer/judged-model.ts";
import type { JudgedSplit } from "../../trainer/report/report.ts";
import { pipelineFor } from "../../trainer/schema.ts";
import { run } from "../fixtures/command.ts";
import { judgedRows } from "../fixtures/judged-rows.ts";
import { csvOf, roomRows } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const golden = (name: string) => fileURLToPath(new URL(`../goldens/${name}`, import.meta.url));
const logistic = golden("xgboost/logistic.json");

/** What `--json` prints, as far as it is looked at. */
interface Printed {
  readonly warning: string | null;
  readonly remarks: string[];
  readonly threshold: number;
  readonly within_budget: { readonly threshold: number | null; readonly reason: string } | null;
  readonly data: { readonly rows: number; readonly recordings: string[] };
  readonly split: JudgedSplit;
  readonly findings: unknown[];
}

async function evaluated(...words: string[]): Promise<Printed> {
  const { code, stdout, stderr } = await run(evaluateCommand, ...words, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Printed;
}

/** Rooms as the smoke pipeline names sensors. */
const sensorRows = (seed: number, rooms: number, name: string) =>
  Array.from(Map.groupBy(roomRows(seed, rooms, 700), ({ room }) => room).values()).flatMap((rows) => rows.map(({ room, ...row }) => ({ sensor_id: `${name} ${room}`, ...row })));

const rows = judgedRows();

const without = (row: object, column: string) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));

test("a model is judged as its training judges it, for the same predictions", async () => {
  await using folder = await temporaryFolder();
  const [learned, held] = [sensorRows(2, 6, "known"), sensorRows(3, 6, "new")];
  await writeFile(folder.file("learned.csv"), csvOf(learned));
  await writeFile(folder.file("held.csv"), csvOf(held));
  await writeFile(folder.file("all.csv"), csvOf([...learned, ...held]));
  const kernel = await loadKernel();
  const { pipeline } = await pipelineFor(smoke, folder.file("all.csv"), "fire");
  const { dataset } = await readDataset(kernel, pipeline, new ReplaySource({ path: folder.file("all.csv"), schema: pipeline.schema, topic: "", speed: "max" }));
  const row = Uint32Array.from({ length: dataset.rows }, (_, i) => i);
  const split = { name: "groups", title: "", meaning: "", folds: [{ train: row.subarray(0, learned.length), test: row.subarray(learned.length) }] } as const;
  const { judged } = await trainModel({ kernel, dataset, pipelineName: "custom", trainedOn: { kind: "file", name: "", sha256: "" }, parameters: { ...defaultParameters, rounds: 10 }, judgeBy: [split] });

  const trained = await run(trainCommand, "--data", folder.file("learned.csv"), "--label", "fire", "--rounds", "10", "--split", "groups", "--out", folder.file("model.json"));
  expect(trained.code, trained.stderr).toBe(0);
  const { split: all, warning } = await evaluated("--model", folder.file("model.json"), "--data", folder.file("held.csv"), "--label", "fire");
  expect(warning).toBeNull();
  expect(all.judgement!.alone).not.toBeNull();
  expect(all.judgement).toEqual(JSON.parse(JSON.stringify(judged[0]!.judgement)));

  const text = async (name: string) => (await run(evaluateCommand, "--model", folder.file("model.json"), "--data", folder.file(name), "--label", "fire")).stdout;
  expect(await text("learned.csv")).toMatch(/^These figures flatter: .*learned\.csv is what the model was trained on/);
  const unseen = await text("held.csv");
  expect(unseen).not.toContain("flatter");
  expect(unseen).toMatch(/judged by: .*held\.csv \(sha256 [0-9a-f]{12}\), 4200 rows in 6 recordings, \d+ of them fire\n.*accuracy .*\nall rows .*\nwithout history .*\n {2}all rows: .*\n {4}accuracy .* 95 of 100 draws of 6 groups\..*\n {4}alarms: /);
});

test("a model of XGBoost reads its columns by name and nothing else, labels and sensors besides", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows));
  const printed = await evaluated("--model", logistic, "--data", folder.file("rows.csv"), "--label", "failed");
  expect(printed).toMatchObject({ warning: null, threshold: 0.5, within_budget: null, data: { rows: 400, recordings: ["s0", "s1", "s2", "s3"] } });
  expect(printed.split).toMatchObject({ name: "all rows", judgement: { measures: { rows: 400, positives: 120 }, alone: null, calibrated: null, intervals: { groups: 4 }, alarms: { fires: 40 } } });

  const lines = rows.map((each) => JSON.stringify(each)).join("\n");
  await writeFile(folder.file("rows.jsonl"), `${lines}\n`);
  expect((await evaluated("--model", logistic, "--data", folder.file("rows.jsonl"), "--label", "failed")).split).toEqual(printed.split);

  const grouped = await evaluated("--model", logistic, "--data", folder.file("rows.csv"), "--label", "failed", "--group", "note");
  expect(grouped).toMatchObject({ data: { recordings: ["x"] }, split: { judgement: { measures: printed.split.judgement!.measures, intervals: { groups: 1, of: { auc: null } } } } });
});

test("a model without names reads the columns that are left in their order", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("named.csv"), csvOf(rows.map((row) => without(row, "note"))));
  await writeFile(folder.file("ordered.csv"), csvOf(rows.map(({ failed, UTC, f0, f1, f2, f3, sensor_id }) => ({ failed, UTC, a: f0, b: f1, c: f2, d: f3, sensor_id }))));
  const judged = async (name: string) => (await evaluated("--model", logistic, "--data", folder.file(name), "--label", "failed")).split;
  expect(await judged("ordered.csv")).toEqual(await judged("named.csv"));
});

test("a threshold that is given decides, and one within a budget is told, as chosen on these rows", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows));
  const words = ["--model", logistic, "--data", folder.file("rows.csv"), "--label", "failed"];
  const low = await evaluated(...words, "--threshold", "0", "--false-alarms", "1e6");
  expect(low.threshold).toBe(0);
  expect(low.split.judgement!.confusion).toEqual({ truePositives: 120, falsePositives: 280, falseNegatives: 0, trueNegatives: 0 });
  expect(low.within_budget!.threshold).toBeGreaterThan(0);
  expect(low.within_budget!.reason).toMatch(/within the budget of 1000000\. .*Chosen on these very rows: on others it will do worse\.$/);
  const { stdout } = await run(evaluateCommand, ...words, "--false-alarms", "1e6");
  expect(stdout).toContain(`within the budget: ${low.within_budget!.reason}`);
});

test("rows that tell no time have no alarms, and it is said", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows.map((row) => without(row, "UTC"))));
  const words = ["--model", logistic, "--data", folder.file("rows.csv"), "--label", "failed", "--false-alarms", "1"];
  const printed = await evaluated(...words);
  expect(printed.split.judgement!.alarms).toBeNull();
  expect(printed.remarks).toEqual([expect.stringMatching(/^Alarms cannot be counted: 400 of 400 rows tell no time, in a column UTC or timestamp\./)]);
  expect(printed.within_budget).toEqual({ threshold: null, reason: printed.remarks[0] });
  expect((await run(evaluateCommand, ...words)).stdout).toMatch(/Alarms cannot be counted/);

  await writeFile(folder.file("words.csv"), csvOf(rows.map((row) => ({ ...row, UTC: "noon" }))));
  expect((await evaluated("--model", logistic, "--data", folder.file("words.csv"), "--label", "failed")).remarks).toEqual([expect.stringMatching(/The first is line 2: UTC must be epoch seconds or ISO 8601 with a zone, not "noon"\.$/)]);

  await writeFile(folder.file("some.csv"), csvOf(rows.map((row, i) => (i < 3 ? { ...row, UTC: "" } : row))));
  expect((await evaluated("--model", logistic, "--data", folder.file("some.csv"), "--label", "failed")).remarks).toEqual([expect.stringMatching(/^Alarms cannot be counted: 3 of 400 rows tell no time/)]);
});

test("rows without a label are left out and counted; of one label only nothing can be ranked, which is said", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows.map((row) => (row.failed === 0 ? { ...row, failed: "" } : row))));
  const { data, remarks, split } = await evaluated("--model", logistic, "--data", folder.file("rows.csv"), "--label", "failed");
  expect([data.rows, remarks]).toEqual([120, ["280 rows without a label, left out"]]);
  expect(split.judgement!.measures.auc).toBeNull();
  expect(split.verdict).toBe("All 120 rows are failed: whether the model tells the two apart is not known.");
});

test.each<[string, (row: (typeof rows)[number], i: number) => object, string[], RegExp]>([
  ["a label that is neither 0 nor 1", (row, i) => (i === 7 ? { ...row, failed: 2 } : row), [], /^MGV_LABEL: .*rows\.csv, line 9: failed must be 0 or 1, not 2\.$/],
  ["labels of words", (row) => ({ ...row, failed: "yes" }), [], /^MGV_LABEL: .*line 2: failed must be 0 or 1, not "yes"\.$/],
  ["no column of that name", ({ failed, ...row }) => ({ ...row, faild: failed }), [], /^MGV_LABEL: .*no column "failed" to judge by\. Did you mean faild\?.*--label/],
  ["no label at all", (row) => ({ ...row, failed: "" }), [], /^MGV_LABEL: None of the 400 rows has a label: "failed" never holds 0 or 1/],
  ["no column to group by", (row) => row, ["--group", "room"], /^MGV_CSV_COLUMN: .*no column "room" to group by/],
  ["no column that the model reads", (row) => ({ ...without(row, "f2"), f4: row.f3, f5: row.f3 }), [], /^MGV_CSV_COLUMN: The model has no names for its 4 features, .*rows\.csv has 6 columns\. Name them f0 to f3/],
])("%s is an error that says where and what to do", async (_, change, words, sentence) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows.map(change)));
  const { code, stdout, stderr } = await run(evaluateCommand, "--model", logistic, "--data", folder.file("rows.csv"), "--label", "failed", ...words);
  expect([code, stdout]).toEqual([null, ""]);
  expect(stderr.trim()).toMatch(sentence);
});

test("readings whose label is neither 0 nor 1 are an error too", async () => {
  await using folder = await temporaryFolder();
  const learned = sensorRows(2, 3, "known");
  await writeFile(folder.file("learned.csv"), csvOf(learned));
  await run(trainCommand, "--data", folder.file("learned.csv"), "--label", "fire", "--rounds", "2", "--split", "groups", "--out", folder.file("model.json"));
  await writeFile(folder.file("rows.csv"), csvOf(learned.map((row, i) => (i === 5 ? { ...row, fire: 3 } : row))));
  const { stderr } = await run(evaluateCommand, "--model", folder.file("model.json"), "--data", folder.file("rows.csv"), "--label", "fire");
  expect(stderr).toMatch(/^MGV_LABEL: .*rows\.csv, record 5: fire must be 0 or 1, not 3/);
});

test.each([
  ["xgboost/softprob.json", /predicts the probabilities of \d classes; evaluate judges models that predict one probability/],
  ["lightgbm/regression.txt", /predicts a value; evaluate judges models that predict one probability/],
])("%s is not supported, and the sentence says why", async (name, sentence) => {
  const { code, stderr } = await run(evaluateCommand, "--model", golden(name), "--data", "rows.csv");
  expect(code).toBeNull();
  expect(stderr).toMatch(/^MGV_MODEL_UNSUPPORTED: /);
  expect(stderr).toMatch(sentence);
});

test.each([[["--model", "x"]], [["--data", "x"]], [["--model", "x", "--data", "y", "--threshold", "2"]], [["--model", "x", "--data", "y", "--false-alarms", "-1"]]])("evaluate %j is wrong use", async (words) => {
  expect((await run(evaluateCommand, ...words)).stderr).toMatch(/^MGV_USAGE: /);
});
