import type { Forest } from "../../kernel-as/host/forest.ts";
import type { RoundReport } from "../../kernel-as/host/train.ts";
import { ALGORITHM, describeTrainedOn, type ModelCard } from "../../kernel-as/model/card.ts";
import { DEFAULT_THRESHOLD } from "../choice.ts";
import type { Dataset } from "../dataset.ts";
import type { Finding } from "../leaks.ts";
import type { SearchResult } from "../search.ts";
import { featureWeights } from "./feature-weights.ts";
import { profileOf } from "./profile.ts";
import type { JudgedSplit, Report, ReportedModel } from "./report.ts";

export interface ReportOptions {
  /** The model's file without its ending. */
  readonly name: string;
  readonly version: string;
  /** What its trees are, null where they are this project's. */
  readonly algorithm?: string | null;
  readonly forest: Forest;
  /** Null for a model from elsewhere. */
  readonly card: ModelCard | null;
  /** The threshold in use, where it is not the card's. */
  readonly decision?: Decision;
  /** Where the dataset comes from. */
  readonly source: string;
  /** The model has learned from it, so that it is told with what the card says of that, unless it is simulated. */
  readonly isLearned?: boolean;
  readonly dataset: Dataset;
  readonly judged: readonly JudgedSplit[];
  readonly rounds: readonly RoundReport[] | null;
  readonly findings: readonly Finding[];
  readonly search: SearchResult | null;
}

export type Decision = Pick<ReportedModel, "threshold" | "thresholdReason">;

/** The threshold of a model's card, and why it is this one. `event` is what a label of 1 is called. */
export function decisionOf(card: ModelCard | null, event: string): Decision {
  return { threshold: card?.threshold ?? DEFAULT_THRESHOLD, thresholdReason: card?.thresholdReason ?? `From there on ${event} is the likelier of the two.` };
}

/** All that is known of a model but what it cost. Sorts each field, and explains some rows. */
export function reportOf({ name, version, algorithm = null, forest, card, source, isLearned = false, dataset, decision = decisionOf(card, dataset.event), judged, rounds, findings, search }: ReportOptions): Omit<Report, "cost"> {
  const model: ReportedModel = {
    name,
    version,
    algorithm: algorithm ?? ALGORITHM,
    trees: forest.trees,
    pipeline: card?.pipeline ?? null,
    event: dataset.event,
    trainedOn: `${isLearned && card?.trainedOn.kind !== "simulated" ? `${source}, ` : ""}${card ? describeTrainedOn(card.trainedOn) : "unknown"}`,
    ...decision,
    calibration: card?.calibration ?? null,
    parameters: { ...card?.parameters },
  };
  return { model, data: profileOf(dataset, source), splits: judged, findings, rounds, features: featureWeights(forest, dataset.features), search };
}
