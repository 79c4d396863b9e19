import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { HistoryReader } from "../../engine/history/reader.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { datasetOf, type LabelledBatch } from "../../trainer/dataset.ts";
import { boundsOfHistory, historySql } from "../../trainer/history-query.ts";
import { historyReadings } from "../../trainer/history-readings.ts";
import { score } from "../../trainer/metrics.ts";
import { probabilities } from "../../trainer/probabilities.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { retrain, type RetrainOutcome } from "../../trainer/retrain.ts";
import { runIfDue } from "../../trainer/schedule.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { dayMs, giveLabels, keep, ofDay, simulatedWeek, weekPipeline } from "../fixtures/week.ts";

const kernel = await loadKernel();
const HOUR_MS = 3_600_000;
const SEED = 3;
console.log(`the week's seed is ${SEED}`);

/** F1 regained on days 6 and 7, over that of the model that has not seen the new sensors. */
const MARGIN = 0.6;

/*
 *    day     1        2        3        4            5            6            7
 *    sensors old ─────────────────────┤ new ──────────────────────────────────────────
 *    labels  own in the messages ─────┤ none       ┤ of 4 and 5 ┤ of 6, poisoned ┤
 *    night              nothing  first   nothing     promoted     refused           rolled back
 */
test("a week: drift on day 4, labels on day 5, retraining recovers F1, a poisoned day is refused, a rollback gives the old bits back", async () => {
  await using folder = await temporaryFolder();
  const history = folder.file("history");
  const path = folder.file("models/week.json");
  const week = await simulatedWeek(kernel, { seed: SEED, driftFrom: 4 });
  let nowMs = dayMs(1);
  let lastBegunMs: number | null = null;
  const registry = await Registry.open({ path, now: () => nowMs });
  const outcomes: RetrainOutcome[] = [];

  const night = async () => {
    await using reader = await HistoryReader.open({ directory: history, threads: 1 });
    const read = async () => {
      const query = (await boundsOfHistory(reader, weekPipeline, { days: 3, atMs: nowMs }))!;
      const sql = historySql(weekPipeline, query);
      return { read: await reader.query((connection) => datasetOf(kernel, weekPipeline, historyReadings(connection, sql))), source: { kind: "history", files: [], labels: 0, query, sql } as const };
    };
    outcomes.push(await retrain({ kernel, pipeline: weekPipeline, registry, read }));
  };
  /** Ends a day and goes on until 3 at night, looking every half hour whether the training is due. */
  const sleep = async (day: number) => {
    for (nowMs = dayMs(day + 1); nowMs <= dayMs(day + 1) + 3 * HOUR_MS; nowMs += HOUR_MS / 2) {
      await runIfDue({ table: { everyHours: 24, hour: 2, timeZone: "UTC" }, now: () => nowMs, lastBegunMs: async () => lastBegunMs, setLastBegunMs: async (timeMs) => void (lastBegunMs = timeMs), job: night });
    }
  };
  const truth = await datasetOf(kernel, weekPipeline, each(week));
  /** Of the model that a file holds, on one day of the week with its true labels. */
  const f1 = async (file: Uint8Array, day: number) => {
    using forest = new Forest(kernel, readModel(file).model);
    const { timesMs, features, featureNames, labels } = truth.dataset;
    const rows = Array.from(timesMs.keys()).filter((row) => timesMs[row]! >= dayMs(day) && timesMs[row]! < dayMs(day + 1));
    const picked = Float32Array.from(rows.flatMap((row) => Array.from(features.subarray(row * featureNames.length, (row + 1) * featureNames.length))));
    return score(rows.map((row) => labels[row]!), probabilities(forest, picked), 0.5).f1!;
  };

  for (const day of [1, 2, 3]) {
    await keep(history, ofDay(week, day));
    await sleep(day);
  }
  expect(outcomes.map(({ kind }) => kind)).toEqual(["nothing", "nothing", "promoted"]);
  const old = await readFile(path);
  expect(await f1(old, 3)).toBeGreaterThan(0.9);

  await keep(history, ofDay(week, 4, () => NaN));
  await sleep(4);
  expect(outcomes[3]).toMatchObject({ kind: "nothing" });
  expect((await readFile(path)).equals(old)).toBe(true);

  await keep(history, ofDay(week, 5, () => NaN));
  await giveLabels(history, [...ofDay(week, 4), ...ofDay(week, 5)], { givenMs: dayMs(5) + 20 * HOUR_MS });
  await sleep(5);
  const recovered = outcomes[4]!;
  expect(recovered).toMatchObject({ kind: "promoted", report: { isPassed: true, championVersion: (outcomes[2] as { version: string }).version } });
  if (recovered.kind !== "promoted") return;
  expect(recovered.report.drift[0]!.psi).toBeGreaterThan(0.25);
  const fresh = await readFile(path);
  for (const day of [6, 7]) expect((await f1(fresh, day)) - (await f1(old, day)), `F1 regained on day ${day}`).toBeGreaterThan(MARGIN);

  await keep(history, ofDay(week, 6, () => NaN));
  await giveLabels(history, ofDay(week, 6), { givenMs: dayMs(6) + 20 * HOUR_MS, isPoisoned: true });
  await sleep(6);
  expect(outcomes[5]).toMatchObject({ kind: "refused", report: { isPassed: false } });
  expect((await readFile(path)).equals(fresh)).toBe(true);
  const refused = outcomes[5] as Extract<RetrainOutcome, { kind: "refused" }>;
  const kept = (await registry.find(refused.version))!;
  expect(kept).toMatchObject({ verdict: "refused", reason: refused.report.reasons.join(" ") });
  expect(JSON.parse(await readFile(kept.reportPath!, "utf8"))).toEqual(refused.report);
  expect(refused.report.reasons.join(" ")).toMatch(/Accuracy is 0\.\d+ on the newest days/);

  expect(outcomes).toHaveLength(6);
  await registry.rollback({ by: "Ada", reason: "to see that it is there" });
  expect((await readFile(path)).equals(old)).toBe(true);
});

async function* each(batches: readonly LabelledBatch[]): AsyncGenerator<LabelledBatch> {
  yield* batches;
}
