import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { modelPromoteCommand } from "../../commands/model-promote.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { lightgbmText } from "../../kernel-as/model/formats/lightgbm/text.ts";
import { xgboostUbjson } from "../../kernel-as/model/formats/xgboost/ubjson.ts";
import smoke from "../../pipelines/smoke.ts";
import { datasetOf } from "../../trainer/dataset.ts";
import { boundsOfHistory, historySql } from "../../trainer/history-query.ts";
import { historyReadings } from "../../trainer/history-readings.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { train } from "../../trainer/train.ts";
import { run } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { keep, ofDay, simulatedWeek } from "../fixtures/week.ts";

const kernel = await loadKernel();
const SEED = 3;
console.log(`the week's seed is ${SEED}`);

test("models of XGBoost and LightGBM pass the gates of a retraining, or are kept as refused with their report", async () => {
  await using folder = await temporaryFolder();
  const [history, path] = [folder.file("history"), folder.file("models/m.json")];
  const week = await simulatedWeek(kernel, { seed: SEED, driftFrom: 8 });
  for (const day of [1, 2, 3, 4]) await keep(history, ofDay(week, day));
  const reader = await HistoryReader.open({ directory: history, threads: 1 });
  const query = (await boundsOfHistory(reader, smoke))!;
  const { dataset } = await reader.query((connection) => datasetOf(kernel, smoke, historyReadings(connection, historySql(smoke, query))));
  await reader[Symbol.asyncDispose]();

  const model = async (labels: Float32Array) => {
    const { forest } = await train({ rows: dataset.features, width: dataset.featureNames.length, labels }, { num_boost_round: 30, max_depth: 5 }, { kernel });
    using trained = forest;
    return trained.model;
  };
  const good = await model(dataset.labels);
  const bad = await model(dataset.labels.map((label) => 1 - label));
  await writeFile(folder.file("good.ubj"), xgboostUbjson.write({ ...good, attributes: {} }));
  await writeFile(folder.file("good.txt"), lightgbmText.write!(good));
  await writeFile(folder.file("bad.txt"), lightgbmText.write!(bad));
  const promote = (name: string) => run(modelPromoteCommand, folder.file(name), "--gated", "--history", history, "--model-path", path, "--by", "ada");
  const registry = await Registry.open({ path, now: Date.now });

  const first = await promote("good.ubj");
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toMatch(/on the newest day: accuracy 0\.9\d\d, F1 0\.[89]\d\d/);
  expect(await readFile(path)).toEqual(await readFile(folder.file("good.ubj")));

  const refused = await promote("bad.txt");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/it is refused and kept; the model in use stays: .*accuracy/i);
  expect(await readFile(path)).toEqual(await readFile(folder.file("good.ubj")));
  const kept = (await registry.list()).find(({ verdict }) => verdict === "refused")!;
  expect(JSON.parse(await readFile(kept.reportPath!, "utf8"))).toMatchObject({ isPassed: false, championVersion: (await registry.champion())!.version });

  const lightgbm = await promote("good.txt");
  expect(lightgbm.code, lightgbm.stderr).toBe(0);
  expect(lightgbm.stderr).toMatch(/; the champion 0\.9\d\d and 0\.[89]\d\d/);
  expect(await readFile(path)).toEqual(await readFile(folder.file("good.txt")));
});

test("without labelled days there is nothing to judge by, and nothing changes", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  await writeFile(folder.file("any.txt"), lightgbmText.write!(stumpModel(smoke, "eCO2[ppm]", 1).forest));
  const { code, stderr } = await run(modelPromoteCommand, folder.file("any.txt"), "--gated", "--history", folder.file("none"), "--model-path", path);
  expect([code, stderr]).toEqual([null, expect.stringMatching(/MGV_TRAIN_DATA/)]);
  await expect(readFile(path)).rejects.toThrow("ENOENT");
});
