import { fieldsSeen, type ReadingsSeen } from "../../../engine/history/fields-seen.ts";
import type { HistoryReader } from "../../../engine/history/reader.ts";
import { DATASET_SHARE, fieldDrift, LEAST_VALUES } from "../../../engine/monitoring/drift.ts";
import type { FieldReference } from "../../../kernel-as/model/field-reference.ts";
import { unknown, type ModelInUse, type Unknown } from "../job.ts";
import { isoTime, type Span } from "../span.ts";
import { MUCH } from "./predictions.ts";

/** How far the values of a field lie from those of the training; null where there are too few. */
interface DriftedField {
  readonly field: string;
  readonly values: number;
  readonly method: "wasserstein" | "ks" | null;
  readonly distance: number | null;
  readonly threshold: number | null;
  readonly drifted: boolean | null;
  readonly psi: number | null;
  /** The greatest distance of the days before, which weather alone may make; null where fewer than {@link LEAST_DAYS} of them are known. */
  readonly usual: number | null;
  /** Whether it has drifted by more than that, with a margin, and by much: then people are told. */
  readonly isTold: boolean;
  /** The end of the last look that found it in its place, or the beginning of the first that did not; null where it has not drifted. */
  readonly since: string | null;
}

export interface FieldsDrift {
  /** The farthest first. */
  readonly fields: readonly DriftedField[];
  readonly compared: number;
  readonly driftedShare: number;
  /** Whether the share is {@link DATASET_SHARE} or more. */
  readonly drifted: boolean;
}

/** Spans before that tell what is usual. */
const DAYS = 7;
const LEAST_DAYS = 3;

/** What is so many times what was usual is new. */
const MARGIN = 2;

interface Looked {
  readonly model: ModelInUse | null;
  readonly span: Span;
  readonly hours: number;
  /** What the last report said; null where there is none, or of another model. */
  readonly before: { readonly to: string; readonly fields: readonly DriftedField[] } | null;
  readonly signal?: AbortSignal;
}

/** All sensors together. Throws `MGV_HISTORY`. */
export async function fieldsDrift(history: HistoryReader, { model, span, hours, before, signal }: Looked): Promise<FieldsDrift | Unknown> {
  if (!model) return unknown("There is no model, so nothing was learned from that readings could differ from.");
  const references = model.card?.reference;
  if (!references) return unknown("The model does not say how the rows that it was trained on were spread: it is from elsewhere, or of a version that did not keep that.");
  const until = (untilMs: number) => fieldsSeen(history, references, { topic: span.topic, hours, untilMs, ...(signal && { signal }) });
  const seen = await until(span.toMs);
  const past: ReadingsSeen[] = [];
  for (let day = 1; day <= DAYS; day++) past.push(await until(span.toMs - day * (span.toMs - span.fromMs)));
  const driftIn = (reference: FieldReference, { fields: values }: ReadingsSeen) => {
    const own = values.get(reference.field);
    return own ? fieldDrift(reference, own) : null;
  };
  const of = (reference: FieldReference): DriftedField => {
    const { field } = reference;
    const values = seen.fields.get(field)?.count ?? 0;
    const days = past.flatMap((day) => driftIn(reference, day)?.distance ?? []);
    const usual = days.length < LEAST_DAYS ? null : Math.max(...days);
    const drift = driftIn(reference, seen);
    if (drift === null) return { field, values, method: null, distance: null, threshold: null, drifted: null, psi: null, usual, isTold: false, since: null };
    const isTold = drift.drifted && drift.psi >= MUCH && (usual === null || drift.distance >= MARGIN * usual);
    return { field, values, ...drift, usual, isTold, since: drift.drifted ? sinceOf(field, before, span) : null };
  };
  const fields = references.map(of).sort((a, b) => rank(b) - rank(a));
  const compared = fields.filter(({ drifted }) => drifted !== null).length;
  if (compared === 0) return unknown(`No field has ${LEAST_VALUES} values that could be compared.`);
  const driftedShare = fields.filter(({ drifted }) => drifted).length / compared;
  return { fields, compared, driftedShare, drifted: driftedShare >= DATASET_SHARE };
}

function sinceOf(field: string, before: Looked["before"], span: Span): string {
  const last = before?.fields.find((each) => each.field === field);
  if (!before || last?.drifted == null) return isoTime(span.fromMs);
  return last.since ?? before.to;
}

function rank({ distance, threshold }: DriftedField): number {
  return distance === null ? -1 : distance / threshold!;
}
