import { readFileSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compareModels } from "../../commands/model/agreement.ts";
import { modelConvertCommand } from "../../commands/model-convert.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import type { ForestModel, Tree } from "../../kernel-as/model/forest.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { lightgbmText } from "../../kernel-as/model/formats/lightgbm/text.ts";
import { run } from "../fixtures/command.ts";
import { randomForest } from "../fixtures/forests.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const golden = (name: string) => fileURLToPath(new URL(`../goldens/${name}`, import.meta.url));
const modelOf = (bytes: Uint8Array) => readModel(new Uint8Array(bytes)).model;

test("XGBoost's JSON to UBJSON and back is the same model, and says so", async () => {
  await using folder = await temporaryFolder();
  const there = await run(modelConvertCommand, golden("xgboost/cats.json"), folder.file("a.ubj"));
  expect(there.code, there.stderr).toBe(0);
  expect(there.stdout).toBe("");
  expect(there.stderr).toMatch(/wrote .*a\.ubj: XGBoost UBJSON, [\d.]+ kB, version [0-9a-f]{12}\nkept: every leaf and every margin, bit for bit\nchecked on 512 rows: the same leaves, the same margins\n$/);
  expect((await run(modelConvertCommand, folder.file("a.ubj"), folder.file("b.json"))).code).toBe(0);
  expect(modelOf(await readFile(folder.file("b.json")))).toEqual(modelOf(readFileSync(golden("xgboost/cats.json"))));
});

test.each([
  ["xgboost/logistic-0.90.model", "old.json"],
  ["xgboost/logistic.json", "model.txt"],
  ["xgboost/dart.ubj", "model.txt"],
  ["xgboost/softprob.ubj", "model.txt"],
  ["lightgbm/multiclass.txt", "model.json"],
  ["lightgbm/categorical.txt", "model.ubj"],
  ["lightgbm/infinite.txt", "model.json"],
])("%s becomes %s, with the same leaves", async (name, out) => {
  await using folder = await temporaryFolder();
  const { code, stdout, stderr } = await run(modelConvertCommand, golden(name), folder.file(out), "--json");
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as Record<string, any>;
  expect(told).toMatchObject({ in: { file: golden(name) }, out: { file: folder.file(out) }, checked_rows: 512 });
  expect(told["largest_difference"]).toBeLessThanOrEqual(told["allowed_difference"]);
});

test("what is not kept is told", async () => {
  await using folder = await temporaryFolder();
  const names = await run(modelConvertCommand, golden("xgboost/names.json"), folder.file("names.txt"));
  expect(names.stderr).toMatch(/not kept: spaces in names of features, now "_": sp ace µg\/m³\nnot kept: types of features\n/);
  const brackets = await run(modelConvertCommand, golden("lightgbm/names.txt"), folder.file("names.json"), "--json");
  expect(JSON.parse(brackets.stdout)).toMatchObject({ not_kept: [expect.stringContaining("names of features")] });
});

test.each([
  [["xgboost/softmax.ubj", "out.txt"], /MGV_MODEL_CONVERT: .*softmax\.ubj cannot become LightGBM text: .*multi:softmax/],
  [["lightgbm/linear.txt", "out.json"], /MGV_MODEL_CONVERT: .*linear/],
  [["xgboost/logistic.json", "out.model", "--format", "xgboost-binary"], /MGV_MODEL_CONVERT: XGBoost binary.* is only read/],
  [["xgboost/logistic.json", "out.zip"], /MGV_USAGE: The extension of .*out\.zip names no model format/],
  [["xgboost/logistic.json", "out.txt", "--format", "onnx"], /MGV_USAGE: There is no model format "onnx"/],
  [["xgboost/logistic.json", "none/out.json"], /MGV_FILE_WRITE: .*there is no folder/],
  [["xgboost/logistic.json", ".", "--format", "xgboost-json"], /MGV_FILE_WRITE: .*not a file/],
])("%j is refused, and nothing is left behind", async ([name, out, ...flags], sentence) => {
  await using folder = await temporaryFolder();
  expect(await run(modelConvertCommand, golden(name!), folder.file(out!), ...flags)).toMatchObject({ code: null, stderr: expect.stringMatching(sentence) });
  expect(await readdir(folder.path)).toEqual([]);
});

test("a file that is there is replaced with --force only", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("out.json"), "mine");
  const convert = (...flags: string[]) => run(modelConvertCommand, golden("xgboost/logistic.json"), folder.file("out.json"), ...flags);
  expect((await convert()).stderr).toMatch(/MGV_FILE_WRITE: .*out\.json is there already; --force replaces it/);
  expect(await readFile(folder.file("out.json"), "utf8")).toBe("mine");
  expect((await convert("--force")).code).toBe(0);
  expect(modelOf(await readFile(folder.file("out.json"))).trees.length).toBeGreaterThan(0);
  expect(await readdir(folder.path)).toEqual(["out.json"]);
});

describe("the check of what was written", () => {
  const forest = randomForest(random(3), { family: "xgboost", features: 4, trees: 6, leaves: 10, outputs: 1, categorical: 0, special: "none" });
  const tamed: ForestModel = { ...forest, trees: forest.trees.map((tree) => ({ ...tree, split: tree.split.map((x, node) => (tree.left[node] === -1 ? x : Math.fround(Math.round(x * 50) / 50) || 0.5)) as Float32Array })) };
  const changed = (change: (tree: Tree) => Tree): ForestModel => ({ ...tamed, trees: tamed.trees.with(4, change(tamed.trees[4]!)) });
  const other = lightgbmText.read(lightgbmText.write!(tamed));

  test("agrees with a true conversion", async () => {
    const { rows, largest, allowed } = compareModels(await loadKernel(), tamed, other);
    expect(rows).toBe(512);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(allowed);
    expect(allowed).toBeLessThan(1e-5);
  });

  test.each<[string, (tree: Tree) => Tree]>([
    ["a threshold", (tree) => ({ ...tree, split: tree.split.with(0, tree.split[0]! + 0.001) })],
    ["the side of missing values", (tree) => ({ ...tree, defaultLeft: tree.defaultLeft.with(0, 1 - tree.defaultLeft[0]!) })],
    ["a leaf", (tree) => ({ ...tree, split: tree.split.with(tree.left.lastIndexOf(-1), 0.7) })],
  ])("finds that %s of one tree is another, within a family and across", async (_, change) => {
    const kernel = await loadKernel();
    expect(() => compareModels(kernel, changed(change), tamed)).toThrow(expect.objectContaining({ code: "MGV_MODEL_CONVERT" }));
    expect(() => compareModels(kernel, changed(change), other)).toThrow(/does not agree with the one that was read/);
  });
});
