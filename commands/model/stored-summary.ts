import { cardOf, describeTrainedOn, type ModelCard } from "../../kernel-as/model/card.ts";
import type { SplitReport } from "../../kernel-as/model/split-report.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { StoredModel } from "../../trainer/registry/stored-model.ts";
import { readModelFile } from "./file.ts";

/** Splits that hold most back first: what neighbours in time give away is not shown alone. */
const HONEST = ["recordings", "groups", "time", "blocks"] as const;

/** A kept model, and what its card says. */
export interface StoredSummary {
  readonly stored: StoredModel;
  readonly format: string | null;
  readonly card: ModelCard | null;
  readonly trainedOn: string;
  /** Why its file cannot be read; null if it can. */
  readonly problem: string | null;
}

export async function storedSummary(stored: StoredModel): Promise<StoredSummary> {
  try {
    const { model, format } = await readModelFile(stored.path);
    const card = cardOf(model);
    return { stored, format: format.name, card, trainedOn: card ? describeTrainedOn(card.trainedOn) : "unknown", problem: null };
  } catch (thrown) {
    return { stored, format: null, card: null, trainedOn: "unknown", problem: MangroveError.from(thrown).message };
  }
}

/** The split whose figures are told where there is room for one; null where there are none. */
export function honestSplit(card: Pick<ModelCard, "splits"> | null): (SplitReport & { readonly metrics: NonNullable<SplitReport["metrics"]> }) | null {
  for (const name of HONEST) {
    const split = card?.splits.find((each) => each.name === name);
    if (split?.metrics) return { ...split, metrics: split.metrics };
  }
  return null;
}

export function summaryJson({ stored, format, card, trainedOn, problem }: StoredSummary): object {
  const { version, alias, path, time, by, reason, verdict, promoted, reportPath, manifestPath } = stored;
  return {
    version,
    alias,
    file: path,
    kept: { time, by, reason, verdict },
    promoted: promoted && { time: promoted.time, by: promoted.by, reason: promoted.reason, action: promoted.action, from: promoted.from ?? null },
    format,
    trained_on: trainedOn,
    threshold: card?.threshold ?? null,
    splits: card?.splits ?? [],
    report: reportPath,
    manifest: manifestPath,
    problem,
  };
}
