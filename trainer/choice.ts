import type { Calibration } from "../kernel-as/model/calibration.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { calibrate } from "./calibrate.ts";
import type { Dataset } from "./dataset.ts";
import { asScored } from "./probabilities.ts";
import { bothClasses, type RowTrainer } from "./row-trainer.ts";
import { splitToChooseBy, type Fold } from "./split.ts";
import { thresholdFor } from "./threshold.ts";

/** Probabilities from here on are called fire, where nothing was chosen. */
export const DEFAULT_THRESHOLD = 0.5;

/** Enough to predict all rows by models that have not seen them. */
const FOLDS = 3;

/** What is to be chosen beside the trees. */
export interface Wish {
  /** False alarms for each day of a sensor without fire that people put up with; null leaves the threshold. */
  readonly falseAlarmsPerSensorDay: number | null;
  readonly calibration: Calibration["kind"] | null;
  readonly holdOffMs: number;
}

export interface Choice {
  readonly threshold: number;
  /** Why it is this one; null where none was to be chosen. */
  readonly reason: string | null;
  readonly calibration: Calibration | null;
  /** Why what was wished for could not be chosen, to follow a "because"; null where it could. */
  readonly obstacle: string | null;
}

/** Folds of rows that are learned from, to choose by: none is empty of a label on its side to learn from; no fold at all where the rows cannot be parted. */
export function foldsToChooseBy(part: Dataset): { readonly folds: readonly Fold[] } {
  try {
    return { folds: splitToChooseBy(part, { folds: FOLDS }).folds.filter(({ train }) => bothClasses(part, train)) };
  } catch (thrown) {
    if (MangroveError.from(thrown).code === "MGV_TRAIN_DATA") return { folds: [] };
    throw thrown;
  }
}

/** Why nothing can be chosen by these folds, to follow a "because"; null where something can. */
export function obstacleTo(dataset: Dataset, folds: readonly Fold[]): string | null {
  if (folds.length === 0) return `the rows to learn from cannot be parted so that both parts have ${dataset.event} and rows without it`;
  const held = Uint32Array.from(folds.flatMap(({ test }) => Array.from(test)));
  return bothClasses(dataset, held) ? null : `all ${held.length} rows that could be held back are ${dataset.labels[held[0]!] === 1 ? dataset.event : `no ${dataset.event}`}`;
}

/** Chooses by predictions of models that had not seen their rows, a model for each of the folds. Without a wish it costs nothing. */
export async function choose(trainer: RowTrainer, folds: readonly Fold[], wish: Wish, what: string): Promise<Choice> {
  const { dataset } = trainer;
  const { falseAlarmsPerSensorDay: budget, calibration: kind, holdOffMs } = wish;
  const chosen: Choice = { threshold: DEFAULT_THRESHOLD, reason: null, calibration: null, obstacle: null };
  const hindered = (obstacle: string): Choice => ({ ...chosen, reason: budget === null ? null : `${DEFAULT_THRESHOLD} as it is, because ${obstacle}.`, obstacle });
  if (!isWish(wish)) return chosen;
  const obstacle = obstacleTo(dataset, folds);
  if (obstacle !== null) return hindered(obstacle);
  const { rows, probabilities } = await outOfFold(trainer, folds, what);
  const labels = rows.map((row) => dataset.labels[row]!);
  const calibration = kind && calibrate(kind, labels, probabilities);
  if (budget === null) return { ...chosen, calibration };
  try {
    const readings = { sensors: rows.map((row) => dataset.recordingOf[row]!), timesMs: rows.map((row) => dataset.timesMs[row]!), labels, probabilities: probabilities.map((p) => asScored("xgboost", p)) };
    const { threshold, reason } = thresholdFor(readings, { falseAlarmsPerSensorDay: budget, holdOffMs, event: dataset.event });
    return { threshold, reason: `${reason} Chosen by ${rows.length} rows, each of them predicted by a model that had not seen it.`, calibration, obstacle: null };
  } catch (thrown) {
    if (MangroveError.from(thrown).code !== "MGV_TRAIN_DATA") throw thrown;
    return { ...hindered(`no two readings without ${dataset.event} follow one another in the rows that could be held back`), calibration };
  }
}

/** Whether there is anything to choose. */
export function isWish({ falseAlarmsPerSensorDay, calibration }: Wish): boolean {
  return falseAlarmsPerSensorDay !== null || calibration !== null;
}

/** Rows in the order of their arrival. */
export async function outOfFold(trainer: RowTrainer, folds: readonly Fold[], what: string): Promise<{ rows: number[]; probabilities: number[] }> {
  const predicted = new Map<number, number>();
  for (const [number, { train, test }] of folds.entries()) {
    const probabilities = (await trainer.train(train, `${what}, to choose by ${number + 1} of ${folds.length}`)).predict(test);
    test.forEach((row, i) => predicted.set(row, probabilities[i]!));
  }
  const rows = Array.from(predicted.keys()).sort((a, b) => a - b);
  return { rows, probabilities: rows.map((row) => predicted.get(row)!) };
}
