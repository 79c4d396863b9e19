import type { HistoryReader } from "../../../engine/history/reader.ts";
import { literal } from "../../../engine/history/sql.ts";
import { LEAST_VALUES } from "../../../engine/monitoring/drift.ts";
import { unknown, type ModelInUse, type Unknown } from "../job.ts";
import { within, type Span } from "../span.ts";

/** How the probabilities of the model in use lie to those that it gave before. */
export interface PredictionsDrift {
  readonly now: Probabilities;
  readonly before: Probabilities;
  /** Over tenths of the probability. */
  readonly psi: number;
  readonly drifted: boolean;
}

interface Probabilities {
  readonly predictions: number;
  readonly eventShare: number;
  readonly meanProbability: number;
  /** Shares of tenths of the probability, the lowest first. */
  readonly tenths: readonly number[];
}

/** Days before the span whose predictions are compared with. */
const DAYS_BEFORE = 7;

/** From here on much has changed, by convention. */
export const MUCH = 0.25;

/** In place of no share at all, whose logarithm would be without bound. */
const LEAST_SHARE = 0.0001;

const DAY_MS = 86_400_000;

/** Throws `MGV_HISTORY`. */
export async function predictionsDrift(history: HistoryReader, { model, span, signal }: { model: ModelInUse | null; span: Span; signal?: AbortSignal }): Promise<PredictionsDrift | Unknown> {
  if (!model) return unknown("There is no model, so nothing is predicted.");
  const now = await probabilitiesOf(history, model.version, span, signal);
  if (now === null) return unknown(`Version ${model.version} has fewer than ${LEAST_VALUES} predictions of the span in the history.`);
  const before = await probabilitiesOf(history, model.version, { ...span, fromMs: span.fromMs - DAYS_BEFORE * DAY_MS, toMs: span.fromMs }, signal);
  if (before === null) return unknown(`Version ${model.version} has fewer than ${LEAST_VALUES} predictions of the ${DAYS_BEFORE} days before in the history: there is nothing to compare with yet.`);
  const psi = stability(before.tenths, now.tenths);
  return { now, before, psi, drifted: psi >= MUCH };
}

async function probabilitiesOf(history: HistoryReader, version: string, span: Span, signal?: AbortSignal): Promise<Probabilities | null> {
  const sql = `SELECT CAST(least(9, floor(probability * 10)) AS INTEGER) AS tenth, CAST(count(*) AS DOUBLE) AS predictions, CAST(sum(prediction) AS DOUBLE) AS events, sum(probability) AS total
    FROM predictions WHERE ${within(span)} AND model_version = ${literal(version)} AND probability IS NOT NULL GROUP BY tenth`;
  const rows = await history.rows(sql, { ...(signal && { signal }) });
  const sum = (name: string) => rows.reduce((total, row) => total + (row[name] as number), 0);
  const predictions = sum("predictions");
  if (predictions < LEAST_VALUES) return null;
  const tenths = Array.from({ length: 10 }, (_, tenth) => ((rows.find((row) => row["tenth"] === tenth)?.["predictions"] as number | undefined) ?? 0) / predictions);
  return { predictions, eventShare: sum("events") / predictions, meanProbability: sum("total") / predictions, tenths };
}

/** PSI of shares of the same bins. */
export function stability(before: readonly number[], now: readonly number[]): number {
  return before.reduce((sum, each, i) => {
    const [expected, actual] = [Math.max(each, LEAST_SHARE), Math.max(now[i]!, LEAST_SHARE)];
    return sum + (actual - expected) * Math.log(actual / expected);
  }, 0);
}
