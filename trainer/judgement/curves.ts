import { alarmCurve } from "../alarm-metrics.ts";
import { calibrationBin, CALIBRATION_BINS } from "../metrics.ts";
import type { CalibrationPoint, Curves } from "../report/report.ts";
import type { JudgedRows } from "./judged-rows.ts";

/** A picture shows no more points than this, and two for the ends. */
const POINTS = 300;

/** Curves of ranks are empty without both labels. O(n log n), and O(thresholds × rows) for alarms. */
export function curvesOf(rows: JudgedRows): Curves {
  const { labels, probabilities, calibrated, recordings, timeline } = rows;
  const steps = stepsOf(rows);
  const { truePositives: positives, falsePositives: negatives } = steps.at(-1)!;
  const isBoth = positives > 0 && negatives > 0;
  const roc = steps.map((step) => ({ falsePositiveRate: step.falsePositives / negatives, truePositiveRate: step.truePositives / positives }));
  const precisionRecall = steps.slice(1).map((step) => ({ recall: step.truePositives / positives, precision: step.truePositives / (step.truePositives + step.falsePositives) }));
  return {
    roc: isBoth ? thinned(roc, (point) => (point.falsePositiveRate + point.truePositiveRate) / 2) : [],
    precisionRecall: isBoth ? thinned(precisionRecall, ({ recall }) => recall) : [],
    calibration: calibrationCurve(labels, probabilities),
    calibrated: calibrated && calibrationCurve(labels, calibrated),
    alarms: timeline === null ? [] : alarmCurve({ sensors: recordings, labels, probabilities, timesMs: timeline.timesMs }, { holdOffMs: timeline.holdOffMs }),
  };
}

interface Step {
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** What is called positive above a threshold that falls past each distinct probability. */
function stepsOf({ labels, probabilities }: JudgedRows): Step[] {
  const order = Uint32Array.from({ length: labels.length }, (_, row) => row).sort((a, b) => probabilities[b]! - probabilities[a]!);
  const steps: Step[] = [{ truePositives: 0, falsePositives: 0 }];
  let [truePositives, falsePositives] = [0, 0];
  order.forEach((row, i) => {
    if (labels[row] === 1) truePositives++;
    else falsePositives++;
    const next = order[i + 1];
    if (next === undefined || probabilities[next] !== probabilities[row]) steps.push({ truePositives, falsePositives });
  });
  return steps;
}

/** The first point of each step of a place that rises from 0 to 1, and the last. */
function thinned<Point>(points: readonly Point[], placeOf: (point: Point) => number): Point[] {
  const stepOf = (point: Point) => Math.floor(placeOf(point) * POINTS);
  return points.filter((point, i) => i === 0 || i === points.length - 1 || stepOf(point) > stepOf(points[i - 1]!));
}

function calibrationCurve(labels: ArrayLike<number>, probabilities: ArrayLike<number>): CalibrationPoint[] {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, probabilities: 0, positives: 0 }));
  for (let row = 0; row < labels.length; row++) {
    const bin = bins[calibrationBin(probabilities[row]!)]!;
    bin.rows++;
    bin.probabilities += probabilities[row]!;
    bin.positives += labels[row]!;
  }
  return bins.filter(({ rows }) => rows > 0).map((bin) => ({ rows: bin.rows, probability: bin.probabilities / bin.rows, share: bin.positives / bin.rows }));
}
