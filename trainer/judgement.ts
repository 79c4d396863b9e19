import { alarmMetrics } from "./alarm-metrics.ts";
import { curvesOf } from "./judgement/curves.ts";
import type { JudgedRows } from "./judgement/judged-rows.ts";
import { measure } from "./measure.ts";
import { Measured } from "./metrics.ts";
import { percentile } from "./percentile.ts";
import { asScored } from "./probabilities.ts";
import type { Judgement } from "./report/report.ts";

/** Draws of an interval: a report needs its ends no finer than from the 5 lowest and the 5 highest of 200. */
const DRAWS = 200;

/** All figures of predictions on unseen rows. O(draws × rows). Throws `MGV_ARGUMENT`. */
export function judgementOf(rows: JudgedRows): Judgement {
  const { labels, probabilities, witnesses, alone, calibrated } = rows;
  const decisions = decided(rows, probabilities);
  const { all, intervals } = measure({ labels, probabilities, groups: witnesses }, { threshold: decisions, draws: DRAWS });
  return {
    measures: all,
    intervals,
    byRecording: byRecording(rows, decisions),
    confusion: confusionOf(labels, decisions),
    alarms: alarmsOf(rows, decisions),
    alone: alone && new Measured(labels, alone, decided(rows, alone)).measures(),
    calibrated: calibrated && new Measured(labels, calibrated, decisions).measures(),
    curves: curvesOf(rows),
  };
}

/** 1 where a row is called fire. */
function decided({ thresholds, family }: JudgedRows, probabilities: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(probabilities, (p, row) => Number((family ? asScored(family, p) : p) >= thresholds[row]!));
}

function byRecording({ labels, probabilities, recordings }: JudgedRows, decisions: Uint8Array): Judgement["byRecording"] {
  const rowsOf = Map.groupBy(Array.from({ length: labels.length }, (_, row) => row), (row) => recordings[row]!);
  const picked = (column: ArrayLike<number>, rows: readonly number[]) => rows.map((row) => column[row]!);
  return Array.from(rowsOf, ([recording, rows]) => ({ recording, measures: new Measured(picked(labels, rows), picked(probabilities, rows), picked(decisions, rows)).measures() }));
}

function confusionOf(labels: ArrayLike<number>, decisions: Uint8Array): Judgement["confusion"] {
  const counts = [0, 0, 0, 0];
  decisions.forEach((decision, row) => counts[2 * labels[row]! + decision]!++);
  const [trueNegatives = 0, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}

/** The threshold that it names is the median of the folds' ones: what was decided by each is what counts. */
function alarmsOf({ labels, recordings, thresholds, timeline }: JudgedRows, decisions: Uint8Array): Judgement["alarms"] {
  if (timeline === null) return null;
  const { timesMs, families, holdOffMs } = timeline;
  const signs = { sensors: recordings, timesMs, labels, probabilities: decisions, groups: families };
  return { ...alarmMetrics(signs, { threshold: 1, holdOffMs, draws: DRAWS }), threshold: percentile(Float64Array.from(thresholds).sort(), 0.5)! };
}
