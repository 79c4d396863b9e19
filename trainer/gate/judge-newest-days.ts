import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { DEFAULT_THRESHOLD } from "../choice.ts";
import { recordingFamilies } from "../copies.ts";
import type { Dataset } from "../dataset.ts";
import { witnessesOf } from "../judgement/witnesses.ts";
import { findLeaks } from "../leaks.ts";
import { asScored, probabilities } from "../probabilities.ts";
import { bothClasses } from "../row-trainer.ts";
import { pickFeatures } from "../rows.ts";
import { driftOf, type FeatureDrift } from "./drift.ts";
import type { HeldOut } from "./held-out.ts";
import { judgeCandidate, type ScoredBy, type Verdict } from "./judge-candidate.ts";
import { newLeaks } from "./new-leaks.ts";

/** With fewer rooms an interval is drawn from blocks of time. */
const ENOUGH_ROOMS = 5;

/** With fewer rows that a champion has not learned from it is compared by all. */
const LEAST_COMPARED = 50;

/** Features that a report tells the drift of. */
const TOLD_DRIFTS = 10;

/** A model as it is kept. */
export interface KeptModel {
  readonly version: string;
  readonly model: ForestModel;
  readonly card: ModelCard | null;
}

/** What was measured; kept beside the model. */
export interface NewestDaysReport extends Verdict {
  readonly heldOut: { readonly days: number; readonly fromMs: number; readonly rows: number };
  readonly championVersion: string | null;
  /** What has to be said of the comparison; null where nothing has. */
  readonly note: string | null;
  /** Of the features that have moved most. */
  readonly drift: readonly FeatureDrift[];
}

export interface NewestDays {
  readonly kernel: Kernel;
  readonly dataset: Dataset;
  readonly held: HeldOut;
  /** What the candidate says of these rows. */
  readonly candidate: (rows: Uint32Array) => ScoredBy;
  /** Null where there is none. */
  readonly champion: KeptModel | null;
}

/** Judges a candidate by the newest days, beside the champion. */
export async function judgeNewestDays({ kernel, dataset, held: { fold, days, fromMs }, candidate, champion }: NewestDays): Promise<NewestDaysReport> {
  const rooms = new Set(Array.from(fold.test, (row) => recordingFamilies(dataset)[dataset.recordingOf[row]!])).size;
  const groupOf = witnessesOf(dataset, rooms >= ENOUGH_ROOMS ? "time" : "blocks");
  const findings = await findLeaks({ dataset, splits: [{ title: "the newest days", folds: [fold] }] });
  const compared = champion === null ? null : comparable(champion, dataset.featureNames);
  const unseen = compared && unseenBy(compared, dataset, fold.test);
  const verdict = judgeCandidate({
    labels: Array.from(fold.test, (row) => dataset.labels[row]!),
    groups: Array.from(fold.test, groupOf),
    candidate: candidate(fold.test),
    champion: compared && scoresOf(kernel, dataset, compared)(fold.test),
    unseen,
    newLeaks: newLeaks(findings, champion?.card ?? null),
  });
  const drift = driftOf(dataset, fold).slice(0, TOLD_DRIFTS);
  return { ...verdict, heldOut: { days, fromMs, rows: fold.test.length }, championVersion: champion?.version ?? null, note: noteOn(champion, compared, { fromMs, unseen }), drift };
}

/** What a model says of rows, by its own threshold. */
export function scoresOf(kernel: Kernel, { features, featureNames }: Dataset, { model, card }: Pick<KeptModel, "model" | "card">): (rows: Uint32Array) => ScoredBy {
  return (rows) => {
    using forest = new Forest(kernel, model);
    const found = probabilities(forest, pickFeatures(features, featureNames.length, rows));
    return { probabilities: found.map((p) => asScored(model.family, p)), threshold: card?.threshold ?? DEFAULT_THRESHOLD };
  };
}

/** Null for a model whose features are others; one without names was checked for their number. */
function comparable(champion: KeptModel, featureNames: readonly string[]): KeptModel | null {
  const fits = champion.card === null ? champion.model.featureCount === featureNames.length : champion.card.features.join("\n") === featureNames.join("\n");
  return fits ? champion : null;
}

/** Of the rows that judge those that came so long after all that a champion has learned from that no feature reaches back to it: 1. Null where it has learned from none of them, or where those are too few to compare by. */
function unseenBy({ card }: KeptModel, { timesMs, labels, longestSpanMs }: Dataset, rows: Uint32Array): Uint8Array | null {
  if (card?.trainedOn.kind !== "readings") return null;
  const { lastMs } = card.trainedOn;
  if (rows.every((row) => timesMs[row]! > lastMs)) return null;
  const after = rows.filter((row) => timesMs[row]! > lastMs + longestSpanMs);
  if (after.length < LEAST_COMPARED || !bothClasses({ labels }, after)) return null;
  return Uint8Array.from(rows, (row) => Number(timesMs[row]! > lastMs + longestSpanMs));
}

function noteOn(champion: KeptModel | null, compared: KeptModel | null, { fromMs, unseen }: { readonly fromMs: number; readonly unseen: Uint8Array | null }): string | null {
  if (champion === null) return "There is no champion to compare with.";
  if (compared === null) return `The champion, version ${champion.version}, reads other features, so only the gates of accuracy and F1 count.`;
  if (unseen !== null) return `The champion has learned from a part of these days: the two are compared by the ${unseen.reduce((sum, is) => sum + is, 0)} of ${unseen.length} rows that came later.`;
  const on = champion.card?.trainedOn;
  return on?.kind === "readings" && on.lastMs >= fromMs ? "The champion has learned from a part of these days, which makes it look better than it is." : null;
}
