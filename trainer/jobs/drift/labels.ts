import type { HistoryReader } from "../../../engine/history/reader.ts";
import { LEAST_VALUES } from "../../../engine/monitoring/drift.ts";
import { unknown, type ModelInUse, type Unknown } from "../job.ts";
import { labelledReadings } from "../labelled.ts";
import type { Span } from "../span.ts";
import { MUCH, stability } from "./predictions.ts";

/** How often the labels of a span say the event, against those of the training. */
export interface LabelsDrift {
  readonly labelled: number;
  readonly positives: number;
  readonly share: number;
  readonly trainingShare: number;
  /** Of the two shares and what is left of them. */
  readonly psi: number;
  readonly drifted: boolean;
}

/** Throws `MGV_HISTORY`. */
export async function labelsDrift(history: HistoryReader, { model, span, atMs, signal }: { model: ModelInUse | null; span: Span; atMs: number; signal?: AbortSignal }): Promise<LabelsDrift | Unknown> {
  const card = model?.card;
  if (!card || card.rows === 0) return unknown("There is no model that says how many of the readings that it learned from were positive.");
  const [row] = await history.rows(`SELECT CAST(count(label) AS DOUBLE) AS labelled, CAST(coalesce(sum(label), 0) AS DOUBLE) AS positives FROM (${labelledReadings(span, atMs)})`, { ...(signal && { signal }) });
  const [labelled, positives] = [row!["labelled"] as number, row!["positives"] as number];
  if (labelled < LEAST_VALUES) return unknown(labelled === 0 ? "No reading of the span has a label." : `Only ${labelled} readings of the span have a label; ${LEAST_VALUES} are needed.`);
  const [share, trainingShare] = [positives / labelled, card.positives / card.rows];
  const psi = stability([trainingShare, 1 - trainingShare], [share, 1 - share]);
  return { labelled, positives, share, trainingShare, psi, drifted: psi >= MUCH };
}
