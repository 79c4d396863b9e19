import { mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { backtestCommand } from "../../commands/backtest.ts";
import { engineCommand } from "../../commands/engine.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import smoke from "../../pipelines/smoke.ts";
import type { DayTally } from "../../trainer/backtest/day-tally.ts";
import { run } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const stump = (split: number) => stumpModel(smoke, "eCO2[ppm]", split).text;

/** An hour of simulated rooms, scored by a model; what is in the history of the model's alerts, and of its predictions. */
async function stored(path: string, history: string) {
  const { code, stderr } = await run(engineCommand, "--source", "simulate", "--sensors", "20", "--rate", "0.2", "--seed", "11", "--speed", "max", "--until-end", "--duration", "3600", "--model-path", path, "--history", history);
  expect(code, stderr).toBe(0);
  await using reader = await HistoryReader.open({ directory: history, threads: 1 });
  const [alerts] = await reader.rows("SELECT count(*)::INTEGER AS n FROM alerts WHERE model_version IS NOT NULL");
  const [predictions] = await reader.rows("SELECT count(*)::INTEGER AS n, sum(prediction)::INTEGER AS positives FROM predictions");
  return { alerts: alerts!["n"] as number, readings: predictions!["n"] as number, positives: predictions!["positives"] as number };
}

test("a backtest says of both models what an engine with each has written", async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  const [champion, candidate] = [folder.file("models/m.json"), folder.file("candidate.json")];
  await writeFile(champion, stump(700));
  await writeFile(candidate, stump(560));
  const [ours, theirs] = [await stored(champion, folder.file("history")), await stored(candidate, folder.file("other"))];
  expect(ours.readings).toBe(20 * 720);
  expect(theirs.positives).toBeGreaterThan(ours.positives);

  const { code, stdout, stderr } = await run(backtestCommand, candidate, "--model-path", champion, "--history", folder.file("history"), "--json");
  expect(code, stderr).toBe(0);
  const { days } = JSON.parse(stdout) as { days: DayTally[] };
  const sum = (of: (day: DayTally) => number) => days.reduce((total, day) => total + of(day), 0);
  expect({ alerts: sum((day) => day.champion.alerts), readings: sum(({ readings }) => readings), positives: sum((day) => day.champion.positives) }).toEqual(ours);
  expect({ alerts: sum((day) => day.candidate.alerts), readings: sum(({ readings }) => readings), positives: sum((day) => day.candidate.positives) }).toEqual(theirs);

  const table = await run(backtestCommand, candidate, "--model-path", champion, "--history", folder.file("history"));
  expect(table.stdout.split("\n")).toHaveLength(days.length + 4);
});

test("what cannot be compared is refused with the reason", async () => {
  await using folder = await temporaryFolder();
  const champion = folder.file("m.json");
  await writeFile(champion, stump(700));
  const told = async (...words: string[]) => (await run(backtestCommand, ...words, "--model-path", champion, "--history", folder.file("none"))).stderr;
  expect(await told(champion)).toMatch(/^MGV_USAGE: .* is the model that it is compared with/);
  expect(await told("0123abcd")).toContain("no model of this version or alias is kept");
  await writeFile(folder.file("c.json"), stump(1));
  expect(await told(folder.file("c.json"))).toMatch(/^MGV_TRAIN_DATA: The history in .* holds no reading/);
});
