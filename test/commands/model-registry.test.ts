import { readFile, readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { modelDiffCommand } from "../../commands/model-diff.ts";
import { modelInfoCommand } from "../../commands/model-info.ts";
import { modelListCommand } from "../../commands/model-list.ts";
import { modelPromoteCommand } from "../../commands/model-promote.ts";
import { modelRollbackCommand } from "../../commands/model-rollback.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { lightgbmText } from "../../kernel-as/model/formats/lightgbm/text.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../kernel-as/model/formats/xgboost/ubjson.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import smoke from "../../pipelines/smoke.ts";
import { versionOf } from "../../engine/model/version.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { run } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { smallSchema } from "../fixtures/readings.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const stump = (split: number) => stumpModel(smoke, "eCO2[ppm]", split);
const metrics = { rows: 80, positives: 40, accuracy: 0.9, precision: 0.8, recall: null, f1: 0.7, auc: 0.95, logloss: 0.2 };
/** As it is trained: with a card that has figures. */
const trained = (split: number) => {
  const { forest, card } = stump(split);
  return xgboostJson.write(withCard(forest, { ...card, parameters: { ...card.parameters, rounds: split }, splits: [{ name: "random", title: "", meaning: "", metrics: { ...metrics, auc: 1 } }, { name: "blocks", title: "", meaning: "", metrics }] }));
};

async function prepared() {
  const folder = await temporaryFolder();
  const path = folder.file("models/m.json");
  const registry = await Registry.open({ path, now: () => Date.UTC(2026, 1, 28, 6, 30) });
  const where = ["--model-path", path];
  return { folder, path, registry, where, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("without a registry the list is empty and says what to do", async () => {
  await using at = await prepared();
  expect((await run(modelListCommand, ...at.where)).stdout).toContain("npm run train");
  expect(JSON.parse((await run(modelListCommand, ...at.where, "--json")).stdout)).toEqual({ models: [] });
  expect((await run(modelRollbackCommand, ...at.where)).stderr).toContain("MGV_MODEL_MISSING: There is no champion before this one");
});

test("files of every library are promoted, listed with honest figures, and rolled back bit for bit", async () => {
  await using at = await prepared();
  const { forest } = stump(420);
  const files = { "own.json": trained(400), "model.ubj": xgboostUbjson.write(forest), "model.txt": lightgbmText.write!(forest) };
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(at.folder.file(name), bytes);
    const { code, stderr } = await run(modelPromoteCommand, at.folder.file(name), ...at.where, "--by", "ada", "--reason", `because of ${name}`);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`version ${versionOf(bytes)} is the champion, by ada`);
    expect(await readFile(at.path)).toEqual(Buffer.from(bytes));
  }
  const [, ubj] = Object.values(files);
  const { stdout } = await run(modelListCommand, ...at.where);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^version +alias +since \(UTC\) +by +trained on +held out +AUC +F1 +file$/);
  expect(lines.find((line) => line.startsWith(versionOf(files["own.json"])))).toMatch(/past .* ada +simulated +blocks +0\.9500 +0\.7000 /);
  expect(lines[1]).toMatch(new RegExp(`^${versionOf(files["model.txt"])}  champion .* ada +unknown +- +- +- +${at.path}`));
  const { models } = JSON.parse((await run(modelListCommand, ...at.where, "--json")).stdout) as { models: any[] };
  expect(models[0]).toMatchObject({ alias: "champion", format: "lightgbm-text", file: at.path, promoted: { by: "ada", reason: "because of model.txt", from: versionOf(ubj!) }, kept: { verdict: "challenger" } });
  expect(models[2]).toMatchObject({ alias: null, trained_on: "simulated", threshold: 0.5, splits: [{ name: "random" }, { name: "blocks" }] });

  const back = await run(modelRollbackCommand, ...at.where, "--json");
  expect(JSON.parse(back.stdout)).toMatchObject({ version: versionOf(ubj!), alias: "champion", promoted: { action: "rollback", reason: "rolled back by hand" } });
  expect(await readFile(at.path)).toEqual(Buffer.from(ubj!));
  const { entries } = JSON.parse((await run(modelListCommand, ...at.where, "--log", "--json")).stdout) as { entries: any[] };
  expect(entries.map(({ action }) => action)).toEqual([...Array.from({ length: 3 }, () => ["keep", "begin", "promote"]).flat(), "begin", "rollback"]);
  expect((await run(modelListCommand, ...at.where, "--log")).stdout).toMatch(/\n *11 .*rollback +[0-9a-f]{12} /);
});

test("a model of other features is refused with both lists before anything is written, and so is what is no model", async () => {
  await using at = await prepared();
  await at.registry.keep(trained(1), { by: "ada", verdict: "challenger", reasons: [] });
  await at.registry.promote(versionOf(trained(1)), { by: "ada", reason: "" });
  const filesOf = async () => (await readdir(at.folder.path, { recursive: true })).toSorted();
  const before = [await filesOf(), await at.registry.log()];
  const other = stumpModel(pipeline("small").from(topic("readings"), smallSchema), "b", 1);
  await writeFile(at.folder.file("models/other.json"), other.text);
  await writeFile(at.folder.file("models/photo.json"), "GIF89a");
  const { code, stderr } = await run(modelPromoteCommand, at.folder.file("models/other.json"), ...at.where);
  expect(code).toBeNull();
  expect(stderr).toMatch(/^MGV_MODEL_FEATURES: .*other\.json: The model does not fit the pipeline: .* The model reads a\[C\], b\. The pipeline computes Temperature\[C\], .*PM1\.0.*\.\n$/);
  expect((await run(modelPromoteCommand, at.folder.file("models/photo.json"), ...at.where)).stderr).toMatch(/^MGV_MODEL_FORMAT: .*photo\.json: /);
  expect((await run(modelPromoteCommand, "0123abcd", ...at.where)).stderr).toContain("no model of this version or alias is kept");
  expect((await run(modelPromoteCommand, at.folder.path, ...at.where)).stderr).toContain("it is a folder");
  const after = [(await filesOf()).filter((name) => !/other|photo/.test(name)), await at.registry.log()];
  expect(after).toEqual(before);
});

test("a kept version goes by its first digits and by alias: to promote, for info, for diff", async () => {
  await using at = await prepared();
  for (const split of [400, 500]) await at.registry.keep(trained(split), { by: "ada", verdict: "challenger", reasons: ["new"] });
  const [first, second] = [versionOf(trained(400)), versionOf(trained(500))];
  expect((await run(modelPromoteCommand, first.slice(0, 6), ...at.where)).code).toBe(0);
  expect(JSON.parse((await run(modelInfoCommand, "champion", ...at.where, "--json")).stdout)).toMatchObject({ version: first, file: at.path });
  expect(JSON.parse((await run(modelInfoCommand, "challenger", ...at.where, "--json")).stdout)).toMatchObject({ version: second });
  const diff = JSON.parse((await run(modelDiffCommand, "champion", second, ...at.where, "--json")).stdout) as Record<string, any>;
  expect(diff).toMatchObject({ a: { version: first }, b: { version: second }, parameters: [["rounds", 400, 500]], features: { only_a: [], only_b: [], same_order: true }, agreement: null });
  expect(diff["scores"]).toContainEqual(["blocks", "auc", 0.95, 0.95]);
  expect((await run(modelPromoteCommand, "challenger", ...at.where)).code).toBe(0);
  expect((await at.registry.champion())?.version).toBe(second);
});

test("a diff names the features that only one has, and counts on which rows both agree", async () => {
  await using at = await prepared();
  const small = pipeline("small").from(topic("readings"), smallSchema);
  await writeFile(at.folder.file("a.json"), stumpModel(small, "b", 3).text);
  await writeFile(at.folder.file("b.json"), stumpModel(small, "b", 5).text);
  await writeFile(at.folder.file("c.json"), stumpModel(smoke, "eCO2[ppm]", 5).text);
  await writeFile(at.folder.file("rows.csv"), `a[C],b\n${[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((b) => `1,${b}`).join("\n")}\n`);
  const words = [at.folder.file("a.json"), at.folder.file("b.json")];
  const { stdout, stderr } = await run(modelDiffCommand, ...words, "--data", at.folder.file("rows.csv"), "--json");
  const { agreement } = JSON.parse(stdout || stderr) as Record<string, any>;
  // yes from 3 on, and from 5 on: they differ at 3 and 4, by sigmoid(2) - sigmoid(-2)
  expect(agreement).toMatchObject({ rows: 10, unscored: 0, both: 5, onlyA: 2, onlyB: 0, neither: 3 });
  expect(agreement.largestDifference).toBeCloseTo(Math.tanh(1), 6);
  expect(agreement.meanDifference).toBeCloseTo(Math.tanh(1) / 5, 6);
  expect((await run(modelDiffCommand, ...words, "--data", at.folder.file("rows.csv"))).stdout).toContain("10 rows: the same answer for 80.00 %");
  const other = (await run(modelDiffCommand, words[0]!, at.folder.file("c.json"))).stdout;
  expect(other).toContain("only in A: a[C]");
  expect(other).toContain("only in B: eCO2[ppm]");
  expect((await run(modelDiffCommand, words[0]!, words[0]!)).stdout).toContain("They are the same file, byte for byte.");
});
