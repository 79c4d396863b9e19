import type { HistoryReader } from "../../../engine/history/reader.ts";
import { unknown, type Unknown } from "../job.ts";
import { labelledPredictions } from "../labelled.ts";
import type { Span } from "../span.ts";

/** What can be known of predictions without labels; null where there are none. */
export interface PredictionFigures {
  readonly predictions: number;
  readonly events: number;
  readonly late: number;
  readonly eventShare: number | null;
  readonly meanProbability: number | null;
  /** Of the greater of probability and what is left to 1. */
  readonly meanConfidence: number | null;
  /** Of the predictions with a confidence below {@link LOW_CONFIDENCE}. */
  readonly lowConfidenceShare: number | null;
  readonly versions: readonly string[];
  /** Each hour of event time, counted back from the end of the span. */
  readonly hours: readonly { readonly hoursBack: number; readonly predictions: number; readonly eventShare: number; readonly meanProbability: number; readonly accuracy: number | null }[];
}

/** What labels say of the predictions that have one. */
export interface LabelledFigures {
  readonly labelled: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly accuracy: number;
  /** Null where they have no meaning. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly auc: number | null;
}

const LOW_CONFIDENCE = 0.6;

const HOUR_MS = 3_600_000;

/** Throws `MGV_HISTORY`. */
export async function predictionFigures(history: HistoryReader, span: Span, atMs: number, signal?: AbortSignal): Promise<PredictionFigures> {
  const rows = labelledPredictions(span, atMs);
  const number = (row: Record<string, unknown>, name: string) => row[name] as number;
  const hours = await history.rows(
    `SELECT CAST((${Math.floor(span.toMs)} - epoch_ms(event_time)) // ${HOUR_MS} AS DOUBLE) AS hour, CAST(count(*) AS DOUBLE) AS predictions, CAST(sum(prediction) AS DOUBLE) AS events, CAST(count(*) FILTER (late) AS DOUBLE) AS late, sum(probability) AS total, sum(greatest(probability, 1 - probability)) AS confidence,
       CAST(count(*) FILTER (greatest(probability, 1 - probability) < ${LOW_CONFIDENCE}) AS DOUBLE) AS low, avg((prediction = label)::INTEGER) FILTER (label IS NOT NULL) AS accuracy, list(DISTINCT model_version) AS versions
     FROM (${rows}) GROUP BY hour ORDER BY hour`,
    { ...(signal && { signal }) },
  );
  const sum = (name: string) => hours.reduce((total, row) => total + number(row, name), 0);
  const predictions = sum("predictions");
  const share = (total: number) => (predictions === 0 ? null : total / predictions);
  return {
    predictions,
    events: sum("events"),
    late: sum("late"),
    eventShare: share(sum("events")),
    meanProbability: share(sum("total")),
    meanConfidence: share(sum("confidence")),
    lowConfidenceShare: share(sum("low")),
    versions: [...new Set(hours.flatMap((row) => row["versions"] as string[]))].sort(),
    hours: hours.map((row) => ({ hoursBack: number(row, "hour"), predictions: number(row, "predictions"), eventShare: number(row, "events") / number(row, "predictions"), meanProbability: number(row, "total") / number(row, "predictions"), accuracy: row["accuracy"] as number | null })),
  };
}

/** Throws `MGV_HISTORY`. */
export async function labelledFigures(history: HistoryReader, span: Span, atMs: number, signal?: AbortSignal): Promise<LabelledFigures | Unknown> {
  const labelled = `SELECT prediction, round(probability, 6) AS probability, label FROM (${labelledPredictions(span, atMs)}) WHERE label IS NOT NULL`;
  const cell = (prediction: 0 | 1, label: 0 | 1) => `CAST(count(*) FILTER (prediction = ${prediction} AND label = ${label}) AS DOUBLE)`;
  const [row] = await history.rows(`SELECT ${cell(1, 1)} AS hits, ${cell(1, 0)} AS wrong, ${cell(0, 1)} AS missed, ${cell(0, 0)} AS calm FROM (${labelled})`, { ...(signal && { signal }) });
  const [hits, wrong, missed, calm] = ["hits", "wrong", "missed", "calm"].map((name) => row![name] as number) as [number, number, number, number];
  const all = hits + wrong + missed + calm;
  if (all === 0) return unknown("No prediction of the span has a label yet: docs/labels.md says how labels come.");
  const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    labelled: all,
    truePositives: hits,
    falsePositives: wrong,
    falseNegatives: missed,
    trueNegatives: calm,
    accuracy: (hits + calm) / all,
    precision: ratio(hits, hits + wrong),
    recall: ratio(hits, hits + missed),
    f1: ratio(2 * hits, 2 * hits + wrong + missed),
    auc: hits + missed === 0 || wrong + calm === 0 ? null : await aucOf(history, labelled, signal),
  };
}

/** The share of pairs of a positive and a negative of which the positive has the higher probability, ties by half. Probabilities to a millionth, so that what is held has a bound. */
async function aucOf(history: HistoryReader, labelled: string, signal?: AbortSignal): Promise<number> {
  const sql = `
    WITH steps AS (SELECT probability, CAST(sum(label) AS DOUBLE) AS positives, CAST(count(*) - sum(label) AS DOUBLE) AS negatives FROM (${labelled}) GROUP BY probability),
    ranked AS (SELECT *, sum(negatives) OVER (ORDER BY probability) - negatives AS below FROM steps)
    SELECT sum(positives * (below + negatives / 2)) / (sum(positives) * sum(negatives)) AS auc FROM ranked`;
  const [row] = await history.rows(sql, { ...(signal && { signal }) });
  return row!["auc"] as number;
}
