import type { ReadingsSeen } from "../engine/history/fields-seen.ts";
import type { Model } from "../engine/model/model-store.ts";
import { DATASET_SHARE, fieldDrift, LEAST_VALUES } from "../engine/monitoring/drift.ts";
import type { FieldReference } from "../kernel-as/model/field-reference.ts";
import type { DriftAnswer, FieldDriftAnswer } from "./contract.ts";

/** The answer for a model of which nobody knows what it learned from. */
export function withoutReference(model: Model, hours: number): DriftAnswer {
  const detail = "The model in use does not say how the rows that it was trained on were spread: it is from elsewhere, or of a version that did not keep that. Train one, and it will.";
  return { status: "no_reference", detail, model_version: model.version, hours, from: null, to: null, readings: null, drifted: null, drifted_share: null, threshold: DATASET_SHARE, fields: [] };
}

export function driftAnswer(model: Model, references: readonly FieldReference[], { seen, hours }: { seen: ReadingsSeen; hours: number }): DriftAnswer {
  const fields = references.map((reference) => fieldAnswer(reference, seen)).sort((a, b) => rank(b) - rank(a));
  const compared = fields.filter(({ drifted }) => drifted !== null);
  const far = compared.filter(({ drifted }) => drifted);
  const isEnough = compared.length > 0;
  const share = isEnough ? far.length / compared.length : null;
  const time = (timeMs: number | null) => (timeMs === null ? null : new Date(timeMs).toISOString());
  return {
    status: isEnough ? "compared" : "too_few_readings",
    detail: isEnough ? `${far.length} of ${compared.length} fields have drifted.` : `There are ${seen.count} readings of the last ${hours} hours in the history, and no field of theirs has ${LEAST_VALUES} values that could be compared.`,
    model_version: model.version,
    hours,
    from: time(seen.firstMs),
    to: time(seen.lastMs),
    readings: seen.count,
    drifted: share === null ? null : share >= DATASET_SHARE,
    drifted_share: share,
    threshold: DATASET_SHARE,
    fields,
  };
}

function fieldAnswer(reference: FieldReference, { count, fields }: ReadingsSeen): FieldDriftAnswer {
  const seen = fields.get(reference.field) ?? { count: 0, missing: count, upTo: [], below: 0, above: 0 };
  const drift = fieldDrift(reference, seen);
  const share = (missing: number, values: number) => (missing + values === 0 ? null : missing / (missing + values));
  return {
    field: reference.field,
    method: drift?.method ?? null,
    distance: drift?.distance ?? null,
    threshold: drift?.threshold ?? null,
    drifted: drift?.drifted ?? null,
    psi: drift?.psi ?? null,
    values: { reference: reference.count, seen: seen.count },
    missing_share: { reference: share(reference.missing, reference.count), seen: share(seen.missing, seen.count) },
  };
}

/** How often its threshold a field is off; below all others what could not be compared. */
function rank({ distance, threshold }: FieldDriftAnswer): number {
  return distance === null ? -1 : distance / threshold!;
}
