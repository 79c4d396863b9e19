import type { RoundReport } from "../kernel-as/host/train.ts";
import type { Calibration } from "../kernel-as/model/calibration.ts";
import type { ModelCard, TrainedOn } from "../kernel-as/model/card.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { choose, foldsToChooseBy, isWish, obstacleTo, type Wish } from "./choice.ts";
import { fieldReferences } from "./field-references.ts";
import { judgeSplit, type SplitToJudge } from "./judged-split.ts";
import { cardMetrics } from "./metrics.ts";
import type { JudgedSplit } from "./report/report.ts";
import { splitReportOf } from "./report/split-report.ts";
import { FIRE } from "./event-words.ts";
import { bothClasses, RowTrainer, type RowTrainerOptions } from "./row-trainer.ts";
import { nested } from "./split-nested.ts";
import { splits, type Split } from "./split.ts";

/** Whose held-out rows tell the loss after each round, and the card how readings without history are judged. */
const BLOCKS = "blocks";

/** Of the pipeline's alert, unless it says otherwise. */
const HOLD_OFF_MS = 300_000;

export interface TrainModelOptions extends RowTrainerOptions {
  readonly pipelineName: string;
  readonly trainedOn: TrainedOn;
  /** Which ways of holding rows back to judge by ({@link splits}). */
  readonly judgeBy?: readonly Split[];
  /** Chooses the threshold that finds most fires with so many false alarms for each day of a sensor without fire; else it is 0.5. */
  readonly falseAlarmsPerSensorDay?: number | null;
  /** Fits a calibration for the card; what is scored and decided does not change with it. */
  readonly calibration?: Calibration["kind"] | null;
  /** Of the pipeline's alert (5 minutes). */
  readonly holdOffMs?: number;
}

export interface JudgedModel {
  readonly forest: ForestModel;
  readonly card: ModelCard;
  readonly splits: readonly Split[];
  readonly judged: readonly JudgedSplit[];
  /** Loss of the model after each round, and the mean of the rows that the split by blocks holds out, where it is judged by that. */
  readonly rounds: readonly RoundReport[];
}

/**
 * Judges the parameters by splits, then trains on all rows. Every choice is made for each fold once more, by inner folds of its training part, so that the rows that
 * judge have no say in it; the model's own is made by folds of all rows. With choices it takes about four times as many trainings. Same dataset, same bytes. Throws `MGV_TRAIN_DATA`.
 */
export async function trainModel(options: TrainModelOptions): Promise<JudgedModel> {
  const { dataset, parameters, falseAlarmsPerSensorDay = null, calibration = null, holdOffMs = HOLD_OFF_MS } = options;
  const all = Uint32Array.from({ length: dataset.rows }, (_, row) => row);
  if (!bothClasses(dataset, all)) {
    throw new MangroveError("MGV_TRAIN_DATA", `All ${dataset.rows} labelled readings are ${dataset.labels[0] === 1 ? dataset.event : `no ${dataset.event}`}: a model needs both.`);
  }
  const wish: Wish = { falseAlarmsPerSensorDay, calibration, holdOffMs };
  const plan = options.judgeBy ?? splits(dataset);
  const isChoosing = isWish(wish);
  const toJudge = plan.map((split) => ({ ...split, folds: isChoosing ? nested(dataset, split, foldsToChooseBy) : split.folds.map((fold) => ({ ...fold, inner: [] })) }));
  const own = isChoosing ? foldsToChooseBy(dataset).folds : [];
  const obstacle = calibration && obstacleTo(dataset, own);
  if (obstacle !== null) throw new MangroveError("MGV_TRAIN_DATA", `A calibration needs predictions of rows that their model had not seen, but ${obstacle}. Train without it.`);
  const folds = toJudge.flatMap((split) => split.folds);
  const trainer = new RowTrainer(options, [all, ...[...own, ...folds, ...folds.flatMap(({ inner }) => inner)].map(({ train }) => train)]);

  const judge = (split: SplitToJudge) => judgeSplit(trainer, split, wish, { withLosses: split.name === BLOCKS });
  const make = async () => ({ choice: await choose(trainer, own, wish, "the model"), ...(await trainer.train(all, "the model")) });
  const [outcomes, { choice, forest, history }] = options.threads ? await Promise.all([Promise.all(toJudge.map(judge)), make()]) : [await Array.fromAsync(toJudge, judge), await make()];
  const judged = outcomes.map((outcome) => outcome.judged);
  const blocks = outcomes.find((outcome) => outcome.judged.name === BLOCKS);
  const alone = blocks?.judged.judgement?.alone;
  const card: ModelCard = {
    pipeline: options.pipelineName,
    ...(dataset.event !== FIRE && { event: dataset.event }),
    features: dataset.featureNames,
    threshold: choice.threshold,
    ...(choice.reason !== null && { thresholdReason: choice.reason }),
    trainedOn: options.trainedOn,
    rows: dataset.rows,
    positives: dataset.labels.reduce((sum, label) => sum + label, 0),
    parameters,
    splits: judged.map(splitReportOf),
    ...(choice.calibration && { calibration: choice.calibration }),
    ...(alone && { alone: cardMetrics(alone) }),
    reference: fieldReferences(dataset),
  };
  const rounds = history.map((report, i) => ({ ...report, validationLoss: blocks?.losses[i] ?? null }));
  return { forest: forest!, card, splits: plan, judged, rounds };
}
