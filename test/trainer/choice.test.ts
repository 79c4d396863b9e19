import { expect, test } from "vitest";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import { alarmMetrics } from "../../trainer/alarm-metrics.ts";
import { choose, foldsToChooseBy, outOfFold, type Wish } from "../../trainer/choice.ts";
import type { Dataset } from "../../trainer/dataset.ts";
import { RowTrainer } from "../../trainer/row-trainer.ts";
import { partOf } from "../../trainer/split-nested.ts";
import { shiftedRooms } from "../fixtures/shifted-rooms.ts";

const kernel = await loadKernel();
const parameters = { ...defaultParameters, rounds: 20 };
const wish: Wish = { falseAlarmsPerSensorDay: 4, calibration: null, holdOffMs: 300_000 };
const trainerOf = (dataset: Dataset) => new RowTrainer({ kernel, dataset, parameters }, []);

test("the chosen threshold keeps the budget on rows that each model had not seen", async () => {
  const dataset = shiftedRooms(6);
  const trainer = trainerOf(dataset);
  const { folds } = foldsToChooseBy(dataset);
  const { threshold, reason } = await choose(trainer, folds, wish, "");
  const { rows, probabilities } = await outOfFold(trainer, folds, "");
  expect(rows).toEqual(Array.from({ length: dataset.rows }, (_, row) => row));
  const alarms = (at: number) =>
    alarmMetrics({ sensors: dataset.recordingOf, timesMs: dataset.timesMs, labels: dataset.labels, probabilities }, { threshold: at, holdOffMs: 300_000, draws: 1 });
  expect(alarms(threshold).falseAlarmsPerSensorDay).toBeLessThanOrEqual(4);
  expect(alarms(0.5).falseAlarmsPerSensorDay).toBeGreaterThan(4);
  expect(reason).toMatch(/within the budget of 4\. Chosen by 7200 rows, each of them predicted by a model that had not seen it\.$/);
});

test("a calibration alone leaves the threshold as it is", async () => {
  const dataset = shiftedRooms(6);
  const { calibration, threshold, reason } = await choose(trainerOf(dataset), foldsToChooseBy(dataset).folds, { ...wish, falseAlarmsPerSensorDay: null, calibration: "platt" }, "");
  expect(calibration).toMatchObject({ kind: "platt" });
  expect([threshold, reason]).toEqual([0.5, null]);
});

test("without a wish nothing is trained", async () => {
  let trees = 0;
  const dataset = shiftedRooms(6);
  const trainer = new RowTrainer({ kernel, dataset, parameters, onProgress: () => trees++ }, []);
  expect(await choose(trainer, foldsToChooseBy(dataset).folds, { ...wish, falseAlarmsPerSensorDay: null }, "")).toEqual({ threshold: 0.5, reason: null, calibration: null, obstacle: null });
  expect(trees).toBe(0);
});

test.each<[string, (dataset: Dataset) => Dataset, RegExp]>([
  ["rows of one label", (dataset) => ({ ...dataset, labels: dataset.labels.map(() => 0) }), /cannot be parted/],
  ["a few minutes of one recording", (dataset) => partOf(dataset, Uint32Array.from({ length: 8 }, (_, i) => 97 + i)), /cannot be parted/],
  ["readings without fire that are hours apart", (dataset) => ({ ...dataset, timesMs: dataset.timesMs.map((_, row) => 1e12 + row * 3_600_000) }), /no two readings without fire follow one another/],
])("%s leave the threshold at 0.5, and the reason says why", async (_, change, sentence) => {
  const dataset = change(shiftedRooms(6));
  const { threshold, reason, obstacle } = await choose(trainerOf(dataset), foldsToChooseBy(dataset).folds, wish, "");
  expect(threshold).toBe(0.5);
  expect(reason).toMatch(/^0\.5 as it is, because /);
  expect(reason).toMatch(sentence);
  expect(obstacle).toMatch(sentence);
});
