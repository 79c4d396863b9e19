import { readdirSync, readFileSync } from "node:fs";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { predictCommand } from "../../commands/predict.ts";
import { featureNames } from "../../engine/features/features.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import type { Floats, ForestModel } from "../../kernel-as/model/forest.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { run } from "../fixtures/command.ts";
import { european } from "../fixtures/european.ts";
import { randomForest } from "../fixtures/forests.ts";
import { stumpModel } from "../fixtures/model.ts";
import { random } from "../fixtures/random.ts";
import { batchOf } from "../fixtures/readings.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { score } from "../fixtures/scoring.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { trailing } from "../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { engineered } from "../../pipelines/engineered.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";

/** The smoke pipeline without windows. */
const pointwise = pipeline("smoke").from(topic("smoke_sensor_data"), smokeSchema);

if (recordingAbsent) console.log(`predictions of the real recording SKIPPED: ${recordingAbsent}`);

const golden = (name: string) => fileURLToPath(new URL(`../goldens/${name}`, import.meta.url));
const goldens = ["xgboost", "lightgbm"].flatMap((family) => readdirSync(golden(family)).flatMap((file) => (file.includes(".expected.") ? [] : [`${family}/${file}`])));

function goldenOf(name: string) {
  const { model } = readModel(new Uint8Array(readFileSync(golden(name))));
  const expected = JSON.parse(readFileSync(golden(name.replace(/\.\w+$/, ".expected.json")), "utf8")) as Record<string, string>;
  const buffer = (key: string) => Uint8Array.from(Buffer.from(expected[key]!, "base64")).buffer;
  const Numbers = model.family === "xgboost" ? Float32Array : Float64Array;
  return { model, rows: new Float64Array(buffer("rows")), margins: new Numbers(buffer("margins")), predictions: new Numbers(buffer("predictions")), leaves: new Int32Array(buffer("leaves")) };
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const numberText = (x: number) => (Number.isNaN(x) ? "" : Object.is(x, -0) ? "-0" : String(x));

/** Rows as a CSV, the columns in the model's order behind one that no model reads. */
function csvOf(names: readonly string[], rows: ArrayLike<number>, cell: (x: number, feature: number) => string = numberText): string {
  const lines = Array.from({ length: rows.length / names.length }, (_, row) => ["x", ...names.map((_, feature) => cell(rows[row * names.length + feature]!, feature))].join(","));
  return `${["note", ...names.map(quoted)].join(",")}\n${lines.join("\n")}\n`;
}

/** Numbers in the width of others. */
const like = (others: Floats, numbers: number[]): Floats => (others instanceof Float32Array ? Float32Array.from(numbers) : Float64Array.from(numbers));

const namesOf = (model: ForestModel) => model.featureNames ?? Array.from({ length: model.featureCount }, (_, i) => `f${i}`);

/** The numbers below the header. */
const numbersIn = (csv: string) => csv.trimEnd().split("\n").slice(1).flatMap((line) => line.split(",")).map(Number);

describe("of every golden model of XGBoost and LightGBM", () => {
  // categories by name cannot say all that rows of codes do; they have tests of their own
  const coded = goldens.filter((name) => goldenOf(name).model.categoryNames === null);

  test.each(coded)("%s: the CSV holds what the library itself computes, to the bit", async (name) => {
    await using folder = await temporaryFolder();
    const { model, rows, margins, predictions, leaves } = goldenOf(name);
    await writeFile(folder.file("rows.csv"), csvOf(namesOf(model), rows));
    const predict = (...flags: string[]) => run(predictCommand, "--model", golden(name), "--data", folder.file("rows.csv"), ...flags);
    const marginsRead = await predict("--margin");
    expect(marginsRead.code, marginsRead.stderr).toBe(0);
    expect(like(margins, numbersIn(marginsRead.stdout))).toEqual(margins);
    if (model.trees.length > 0) expect(Int32Array.from(numbersIn((await predict("--leaf")).stdout))).toEqual(leaves);
    const predicted = numbersIn((await predict()).stdout);
    expect(predicted.length).toBe(predictions.length);
    predictions.forEach((theirs, i) => Object.is(theirs, predicted[i]) || expect(Math.abs(predicted[i]! - theirs) / Math.max(1, Math.abs(theirs))).toBeLessThan(5e-7));
  });
});

test.each(["xgboost/cats.json", "lightgbm/pandas-categories.txt"])("%s: categories by their names score as their codes do, unknown ones as missing", async (name) => {
  await using folder = await temporaryFolder();
  const { model, rows } = goldenOf(name);
  const known = (x: number, feature: number) => {
    const names = model.categoryNames![feature];
    return names ? names[x] : x;
  };
  const codes = rows.map((x, i) => (known(x, i % model.featureCount) === undefined ? NaN : x));
  const cell = (x: number, feature: number) => (model.categoryNames![feature] && !Number.isNaN(x) ? quoted(String(known(x, feature))) : numberText(x));
  await writeFile(folder.file("rows.csv"), csvOf(namesOf(model), codes, cell));
  const result = await run(predictCommand, "--model", golden(name), "--data", folder.file("rows.csv"), "--margin");
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).not.toContain("category");
  const { margins } = await score(model, codes);
  expect(like(margins, numbersIn(result.stdout))).toEqual(margins);

  const feature = model.categoryNames!.findIndex((names) => names !== null);
  await writeFile(folder.file("odd.csv"), csvOf(namesOf(model), codes, (x, at) => (at === feature ? "never seen" : cell(x, at))));
  const odd = await run(predictCommand, "--model", golden(name), "--data", folder.file("odd.csv"), "--margin");
  const without = await score(model, codes.map((x, i) => (i % model.featureCount === feature ? NaN : x)));
  expect(like(margins, numbersIn(odd.stdout))).toEqual(without.margins);
  expect(odd.stderr).toMatch(/\d+ values of ".*" in no category of the model, taken for missing; the first is "never seen"/);
});

test("numbers with commas between semicolons score as those with points between commas", async () => {
  await using folder = await temporaryFolder();
  const { model, rows } = goldenOf("lightgbm/names.txt");
  const csv = csvOf(namesOf(model), rows);
  expect(european(csv)).toMatch(/;-?\d+,\d+;/);
  await writeFile(folder.file("rows.csv"), csv);
  await writeFile(folder.file("european.csv"), european(csv));
  const margins = (file: string) => run(predictCommand, "--model", golden("lightgbm/names.txt"), "--data", folder.file(file), "--margin");
  expect(await margins("european.csv")).toMatchObject({ code: 0, stdout: (await margins("rows.csv")).stdout });
});

const stump = stumpModel(pointwise, "eCO2[ppm]", 420);

/** A folder with model.json, which sees fire from 420 ppm of eCO2 on, and data.csv. */
async function folderWith(data: string) {
  const folder = await temporaryFolder();
  await writeFile(folder.file("model.json"), stump.text);
  await writeFile(folder.file("data.csv"), data);
  return { ...folder, predict: (...flags: string[]) => run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("data.csv"), ...flags) };
}

const header = featureNames(pointwise);
const rowWith = (eCO2: string) => header.map((name) => (name === "eCO2[ppm]" ? eCO2 : "1")).join(",");

describe("contributions", () => {
  test.each(["xgboost/softprob.json", "lightgbm/names.txt", "lightgbm/categorical.txt"])("%s: a column for each feature and the bias, of each output, which add up to the margins", async (name) => {
    await using folder = await temporaryFolder();
    const { model, rows, margins } = goldenOf(name);
    await writeFile(folder.file("rows.csv"), csvOf(namesOf(model), rows));
    const predict = (...flags: string[]) => run(predictCommand, "--model", golden(name), "--data", folder.file("rows.csv"), "--contribs", ...flags);
    const { code, stdout, stderr } = await predict();
    expect(code, stderr).toBe(0);
    const numbers = numbersIn(stdout);
    const width = model.featureCount + 1;
    expect(numbers).toHaveLength(margins.length * width);
    margins.forEach((margin, i) => expect(numbers.slice(i * width, (i + 1) * width).reduce((sum, each) => sum + each, 0)).toBeCloseTo(margin, 4));
    const named = (output: string) => [...namesOf(model), "bias"].map((each) => (/[",]/.test(each) ? quoted(`contribution_${output}${each}`) : `contribution_${output}${each}`));
    expect(stdout.split("\n", 1)[0]).toBe((model.outputs === 1 ? named("") : Array.from({ length: model.outputs }, (_, output) => named(`${output}_`)).flat()).join(","));
    const lines = (await predict("--json")).stdout.trimEnd().split("\n").map((line) => (JSON.parse(line) as { contribution: number[] }).contribution);
    expect(lines.flat()).toEqual(numbers);
  });

  test("stand under the names of the card; a file that does not say how many rows came to its nodes has none", async () => {
    const { forest, card } = stumpModel(pointwise, "eCO2[ppm]", 420);
    await using folder = await folderWith(`${header.join(",")}\n${["420", "400"].map(rowWith).join("\n")}\n`);
    const refused = await folder.predict("--contribs");
    expect(refused.stderr).toContain("MGV_MODEL_COVER: Contributions are weighted by the sum of hessians");
    forest.trees[0]!.cover.set([10, 4, 6]);
    await writeFile(folder.file("model.json"), xgboostJson.write(withCard(forest, card)));
    const { stdout } = await folder.predict("--contribs");
    const cells = stdout.trimEnd().split("\n").map((line) => line.split(","));
    expect(cells[0]).toEqual([...header, "bias"].map((name) => `contribution_${name}`));
    const at = header.indexOf("eCO2[ppm]");
    expect(cells.slice(1).map((row) => [row[at], row.at(-1), row.filter((cell) => cell !== "0").length])).toEqual([["1.6", "0.4", 2], ["-2.4", "0.4", 2]]);
  });
});

test("columns are found by the names of the card, with brackets or without; missing values are missing", async () => {
  await using folder = await folderWith(`${header.map((name) => name.replace(/\[.*\]/, "")).join(",")}\n${["420", "419.99", "", "NaN", "NA", "null", "NULL", " 421 "].map(rowWith).join("\n")}\n`);
  const { code, stdout, stderr } = await folder.predict();
  expect(code, stderr).toBe(0);
  expect(stdout).toBe("prediction\n0.880797\n0.11920292\n0.11920292\n0.11920292\n0.11920292\n0.11920292\n0.11920292\n0.880797\n");
  expect(stderr).toMatch(/binary:logistic, 1 tree: .*12 features by name\n8 rows in/);
});

test("JSON lines in and out", async () => {
  const reading = (eCO2: unknown) => JSON.stringify({ id: "x", ...Object.fromEntries(header.map((name) => [name, 1])), "eCO2[ppm]": eCO2 });
  await using folder = await folderWith(`${reading(500)}\n\n${reading(null)}\n${reading("NULL")}\n`);
  expect((await folder.predict("--json")).stdout).toBe('{"prediction":0.880797}\n{"prediction":0.11920292}\n{"prediction":0.11920292}\n');
  expect((await folder.predict("--json", "--leaf")).stdout).toBe('{"leaf":[2]}\n{"leaf":[1]}\n{"leaf":[1]}\n');
});

test("several outputs have a column each", async () => {
  await using folder = await temporaryFolder();
  const { model, rows } = goldenOf("xgboost/softprob.json");
  await writeFile(folder.file("rows.csv"), csvOf(namesOf(model), rows));
  const predict = async (...flags: string[]) => (await run(predictCommand, "--model", golden("xgboost/softprob.json"), "--data", folder.file("rows.csv"), ...flags)).stdout.split("\n");
  expect((await predict())[0]).toBe("prediction_0,prediction_1,prediction_2");
  expect((await predict("--margin"))[0]).toBe("margin_0,margin_1,margin_2");
  expect((await predict("--leaf"))[0]).toBe(model.trees.map((_, i) => `tree_${i}`).join(","));
  expect(JSON.parse((await predict("--json"))[0]!)).toEqual({ prediction: [expect.any(Number), expect.any(Number), expect.any(Number)] });
});

test("--rounds best uses the rounds up to the best iteration, and without it that they are there is told", async () => {
  await using folder = await temporaryFolder();
  const { model, rows } = goldenOf("xgboost/stopped.json");
  await writeFile(folder.file("rows.csv"), csvOf(namesOf(model), rows));
  const predict = (...flags: string[]) => run(predictCommand, "--model", golden("xgboost/stopped.json"), "--data", folder.file("rows.csv"), "--leaf", ...flags);
  const all = await predict();
  const best = await predict("--rounds", "best");
  expect([all, best].map(({ stdout }) => stdout.split("\n")[0]!.split(",").length)).toEqual([model.trees.length, 3]);
  expect(all.stderr).toContain("early stopping noted iteration 2 as the best: --rounds best");
  expect(best.stderr).toContain(`the best 3 trees of ${model.trees.length}`);
});

test("--out is there whole or not at all, and nothing else is left behind", async () => {
  await using folder = await folderWith(`${header.join(",")}\n${rowWith("420")}\n`);
  const { code, stdout, stderr } = await folder.predict("--out", folder.file("out.csv"));
  expect([code, stdout], stderr).toEqual([0, ""]);
  expect(await readFile(folder.file("out.csv"), "utf8")).toBe("prediction\n0.880797\n");
  await writeFile(folder.file("data.csv"), `${header.join(",")}\n${rowWith("420")}\n${rowWith("hot")}\n`);
  expect((await folder.predict("--out", folder.file("out.csv"))).stderr).toMatch(/MGV_FIELD_TYPE: .*line 3, column 4 \("eCO2\[ppm\]"\): "hot" is not a number/);
  expect(await readFile(folder.file("out.csv"), "utf8")).toBe("prediction\n0.880797\n");
  expect((await readdir(folder.path)).sort()).toEqual(["data.csv", "model.json", "out.csv"]);
});

test("--out to what is no file is written to it, not put in its place", async () => {
  await using folder = await folderWith(`${header.join(",")}\n${rowWith("420")}\n`);
  expect((await folder.predict("--out", "/dev/null")).code).toBe(0);
  expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
});

test("many rows come in batches, each in its place", async () => {
  const next = random(5);
  const values = Array.from({ length: 20_000 }, () => Math.floor(next() * 840));
  await using folder = await folderWith(`${header.join(",")}\r\n${values.map((value) => rowWith(String(value))).join("\r\n")}`);
  expect(numbersIn((await folder.predict()).stdout)).toEqual(values.map((value) => (value >= 420 ? 0.880797 : 0.11920292)));
});

const good = `${header.join(",")}\n${rowWith("420")}\n`;

test.each([
  ["an empty file", "", [], /MGV_CSV_EMPTY: .*is empty/],
  ["a header alone", `${header.join(",")}\n`, [], /MGV_CSV_EMPTY: .*header but no rows/],
  ["a row that is too short", `${good}1,2\n`, [], /MGV_CSV_ROW: .*line 3: the row has 2 cells, the header 12/],
  ["a column that is missing", good.replace("eCO2[ppm]", "eC02"), [], /MGV_CSV_COLUMN: .*no column "eCO2\[ppm\]", which the model reads.*Its columns are "Temperature\[C\]"/],
  ["no header", "1.5,2,3\n4,5,6\n", [], /MGV_CSV_COLUMN: The first line of .* holds numbers/],
  ["UTF-16", "\ufefft\0e\0", [], /MGV_FILE_READ: .*UTF-8/],
  ["a JSON array", "[1]\n", [], /MGV_JSON: .*one object a line/],
  ["JSON that is cut short", '{"a":1}\n{"a', [], /MGV_FIELD_MISSING: .*line 1 has no key/],
  ["contributions and leaves at once", good, ["--contribs", "--leaf"], /MGV_USAGE: --contribs and --leaf are 2 outputs/],
  ["two outputs at once", good, ["--margin", "--leaf"], /MGV_USAGE: --margin and --leaf/],
  ["an unknown flag", good, ["--margn"], /MGV_USAGE: predict has no flag --margn\. Did you mean --margin\?/],
  ["rounds that are none", good, ["--rounds", "beast"], /MGV_USAGE: --rounds must be all or best/],
])("%s is told in one sentence", async (_, data, flags, sentence) => {
  await using folder = await folderWith(data);
  const ran = folder.predict(...flags).catch((thrown: unknown) => ({ code: null, stderr: `${(thrown as { code: string }).code}: ${(thrown as Error).message}` }));
  expect(await ran).toMatchObject({ code: null, stderr: expect.stringMatching(sentence) });
});

test("a file that is not there, a folder, and a model that is broken are told with their paths", async () => {
  await using folder = await folderWith(good);
  await writeFile(folder.file("cut.json"), stump.text.slice(0, 500));
  const predict = async (model: string, data: string, ...flags: string[]) => (await run(predictCommand, "--model", folder.file(model), "--data", folder.file(data), ...flags)).stderr;
  expect(await predict("model.json", "none.csv")).toMatch(/MGV_FILE_READ: Cannot read .*none\.csv: there is no such file\./);
  expect(await predict("model.json", ".")).toMatch(/MGV_FILE_READ: Cannot read .*: it is a folder\./);
  expect(await predict("cut.json", "data.csv")).toMatch(/MGV_MODEL_FORMAT: .*cut\.json: .*cut short/);
  expect(await predict("model.json", "data.csv", "--out", folder.file("data.csv"))).toMatch(/MGV_USAGE: --out .* would replace what is read/);
  expect(await predict("model.json", "data.csv", "--out", folder.file("none/out.csv"))).toMatch(/MGV_FILE_WRITE: .*there is no folder/);
});

describe("a model of this project that looks back over windows", () => {
  const names = featureNames(smoke);
  const forest = randomForest(random(11), { family: "xgboost", features: names.length, trees: 30, leaves: 12, outputs: 1, categorical: 0, special: "none" });
  const model = withCard(forest, { ...stump.card, features: names });

  test.skipIf(recordingAbsent)("computes its features from the readings as the trainer does, on the recording", async () => {
    await using folder = await temporaryFolder();
    const lines = (await readFile(recordingPath, "utf8")).split("\r\n").slice(0, 6001);
    await writeFile(folder.file("recording.csv"), lines.join("\n"));
    await writeFile(folder.file("model.json"), xgboostJson.write(model));
    const { code, stdout, stderr } = await run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("recording.csv"), "--margin");
    expect(code, stderr).toBe(0);
    const source = new ReplaySource({ path: folder.file("recording.csv"), schema: smoke.schema, topic: smoke.readings, speed: "max" });
    const { dataset } = await readDataset(await loadKernel(), smoke, source);
    expect(Float32Array.from(numbersIn(stdout))).toEqual((await score(model, dataset.features)).margins);
    expect(new Set(numbersIn(stdout)).size).toBeGreaterThan(100);
  });

  const readings = (...rows: string[]) => `UTC,${header.join(",")}\n${rows.join("\n")}\n`;
  const reading = (second: number, temperature: string) => `${second},${temperature},50,10,400,12900,19700,937,1,1,8,1.5,0.1`;

  test("computes the engineered features too, where its card names them", async () => {
    const own = pipeline("smoke").from(topic("smoke_sensor_data"), smokeSchema).features(trailing("1m", "5m"), engineered());
    const wide = randomForest(random(12), { family: "xgboost", features: featureNames(own).length, trees: 20, leaves: 8, outputs: 1, categorical: 0, special: "none" });
    const engineeredModel = withCard(wide, { ...stump.card, features: featureNames(own) });
    await using folder = await temporaryFolder();
    await writeFile(folder.file("model.json"), xgboostJson.write(engineeredModel));
    await writeFile(folder.file("data.csv"), readings(reading(100, "20"), reading(101, "25.5"), reading(102, "-3")));
    const { code, stdout, stderr } = await run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("data.csv"), "--margin");
    expect(code, stderr).toBe(0);
    const rows = [20, 25.5, -3].map((temperature, i) => ["s", (100 + i) * 1000, temperature, 50, 10, 400, 12900, 19700, 937, 1, 1, 8, 1.5, 0.1, NaN] as const);
    expect(Float32Array.from(numbersIn(stdout))).toEqual((await score(engineeredModel, referenceFeatures(own, batchOf(rows)))).margins);
  });

  test("has an empty prediction for a reading that is rejected, and says why", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("model.json"), xgboostJson.write(model));
    await writeFile(folder.file("data.csv"), readings(reading(100, "20"), reading(101, "hot"), reading(102, "21"), reading(103, "900")));
    const predict = (...flags: string[]) => run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("data.csv"), ...flags);
    const { stdout, stderr } = await predict();
    expect(stdout.split("\n").map((line) => line !== "")).toEqual([true, true, false, true, false, false]);
    expect(stderr).toContain('2 readings rejected, without a prediction; the first is row 2: MGV_FIELD_TYPE: Temperature[C] must be a number, not "hot"');
    expect((await predict("--json")).stdout.split("\n")[1]).toBe('{"prediction":null}');
  });

  test("reads its features as columns where all of them are there", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("model.json"), xgboostJson.write(model));
    const next = random(4);
    const rows = Float64Array.from({ length: 50 * names.length }, () => next() * 8 - 4);
    await writeFile(folder.file("data.csv"), csvOf(names, rows));
    const { stdout } = await run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("data.csv"), "--margin");
    expect(Float32Array.from(numbersIn(stdout))).toEqual((await score(model, rows)).margins);
  });

  test("names the column that is probably meant, and the time that is not there", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("model.json"), xgboostJson.write(model));
    const data = readings(reading(100, "20"));
    const predict = async (text: string) => {
      await writeFile(folder.file("data.csv"), text);
      return (await run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("data.csv"))).stderr;
    };
    expect(await predict(data.replace("Humidity[%]", "Humidty"))).toMatch(/MGV_CSV_COLUMN: .*no column "Humidity\[%\]".*Did you mean Humidty\?/);
    expect(await predict(data.replace("UTC", "when"))).toContain("the data has no time: readings are taken to be 1 s apart");
  });

  test("of a pipeline that training made up for a CSV works on other rows of it", async () => {
    await using folder = await temporaryFolder();
    const features = ["speed", "load", "speed - mean 60s", "load - mean 60s"];
    const made = randomForest(random(2), { family: "xgboost", features: 4, trees: 9, leaves: 6, outputs: 1, categorical: 0, special: "none" });
    await writeFile(folder.file("model.json"), xgboostJson.write(withCard(made, { ...stump.card, pipeline: "custom", features })));
    await writeFile(folder.file("data.csv"), "load,failed,UTC,speed\n1,yes,100,2\n3,,101,5\n");
    const { stdout, stderr } = await run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("data.csv"), "--margin");
    const rows = Float32Array.of(2, 1, NaN, NaN, 5, 3, 1.5, 1);
    expect(Float32Array.from(numbersIn(stdout)), stderr).toEqual((await score(made, rows)).margins);
  });

  test("of features that nobody computes is refused", async () => {
    await using folder = await folderWith(readings(reading(100, "20")));
    await writeFile(folder.file("model.json"), xgboostJson.write(withCard(forest, { ...stump.card, features: names.with(20, "odd - mean 7s") })));
    expect((await folder.predict()).stderr).toMatch(/MGV_MODEL_FEATURES: .*"odd - mean 7s"/);
  });
});
