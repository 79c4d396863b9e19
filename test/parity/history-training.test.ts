import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { featuresCommand } from "../../commands/features.ts";
import { modelPromoteCommand } from "../../commands/model-promote.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { pythonWith } from "./python.ts";

const { python, reason } = pythonWith("xgboost, duckdb");
const script = fileURLToPath(new URL("xgboost_history.py", import.meta.url));

test.skipIf(reason)("a model that XGBoost has trained on the stored history is promoted here, and the engine scores by it what XGBoost itself says", async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  const path = folder.file("models/m.json");
  await writeFile(path, stumpModel(smoke, "eCO2[ppm]", 700).text);
  const engine = async (history: string) => {
    const { code, stderr } = await run(engineCommand, "--source", "simulate", "--sensors", "24", "--rate", "0.2", "--seed", "7", "--speed", "max", "--until-end", "--duration", "3600", "--model-path", path, "--history", history);
    expect(code, stderr).toBe(0);
  };
  await engine(folder.file("history"));
  const table = folder.file("features.parquet");
  const written = await run(featuresCommand, "--history", folder.file("history"), "--out", table);
  expect(written.code, written.stderr).toBe(0);
  execFileSync(python!, [script, table, folder.file("elsewhere.json"), folder.file("margins")]);
  const promoted = await run(modelPromoteCommand, folder.file("elsewhere.json"), "--model-path", path, "--by", "spark");
  expect(promoted.code, promoted.stderr).toBe(0);

  await engine(folder.file("again"));
  await using reader = await HistoryReader.open({ directory: folder.file("again"), threads: 1 });
  const rows = await reader.rows(`SELECT p.margin FROM predictions p JOIN readings r USING (topic, partition, "offset") WHERE r.label IS NOT NULL ORDER BY partition, "offset"`);
  const ours = Float32Array.from(rows, ({ margin }) => margin as number);
  const bytes = await readFile(folder.file("margins"));
  const theirs = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  expect(ours.length).toBe(24 * 720);
  expect(ours).toEqual(theirs);
});
