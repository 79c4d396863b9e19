import type { Metrics, SplitReport } from "../../kernel-as/model/card.ts";
import type { Measures } from "../metrics.ts";
import { CHANCE_AUC } from "./lines.ts";
import type { JudgedSplit } from "./report.ts";

const NO_INTERVALS = { accuracy: null, balancedAccuracy: null, precision: null, recall: null, f1: null, auc: null, prAuc: null, logloss: null, brier: null, calibrationError: null };

/** What a card's splits say of a model: the few figures that it keeps, without intervals, curves and alarms. */
export function judgedOfCard(splits: readonly SplitReport[]): JudgedSplit[] {
  return splits.map(({ name, title, meaning, metrics }) => ({
    name,
    title,
    meaning,
    verdict: metrics?.auc != null && metrics.auc < CHANCE_AUC ? "Here the model is no better than chance: these recordings cannot teach what fire looks like in another one." : null,
    judgement: metrics && {
      measures: measuresOf(metrics),
      intervals: { groups: 0, of: NO_INTERVALS, note: null },
      byRecording: [],
      confusion: confusionOf(metrics),
      alarms: null,
      alone: null,
      calibrated: null,
      curves: { roc: [], precisionRecall: [], calibration: [], alarms: [] },
    },
  }));
}

function measuresOf(metrics: Metrics): Measures {
  return { balancedAccuracy: null, prAuc: null, brier: null, calibrationError: null, ...metrics };
}

function confusionOf({ rows, positives, accuracy, recall }: Metrics) {
  const truePositives = Math.round((recall ?? 0) * positives);
  const falseNegatives = positives - truePositives;
  const falsePositives = Math.round((1 - accuracy) * rows) - falseNegatives;
  return { truePositives, falsePositives, falseNegatives, trueNegatives: rows - positives - falsePositives };
}
