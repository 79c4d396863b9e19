import type { Forest } from "../../kernel-as/host/forest.ts";
import type { RoundReport } from "../../kernel-as/host/train.ts";
import { ALGORITHM, describeTrainedOn, type ModelCard, type TrainedOn } from "../../kernel-as/model/card.ts";
import type { Dataset } from "../dataset.ts";
import type { Finding } from "../leaks.ts";
import type { SearchResult } from "../search.ts";
import { featureWeights } from "./feature-weights.ts";
import { profileOf } from "./profile.ts";
import type { JudgedSplit, Report, ReportedModel } from "./report.ts";

export interface TrainedModel {
  /** The model's file without its ending. */
  readonly name: string;
  readonly version: string;
  readonly forest: Forest;
  readonly card: ModelCard;
  readonly dataset: Dataset;
  readonly judged: readonly JudgedSplit[];
  readonly rounds: readonly RoundReport[] | null;
  readonly findings: readonly Finding[];
  readonly search: SearchResult | null;
}

const NOT_CHOSEN = "From there on fire is the likelier of the two.";

/** All that is known of a training but what it cost. Sorts each field, and explains some rows. */
export function reportOf({ name, version, forest, card, dataset, judged, rounds, findings, search }: TrainedModel): Omit<Report, "cost"> {
  const model: ReportedModel = {
    name,
    version,
    algorithm: ALGORITHM,
    trees: forest.trees,
    pipeline: card.pipeline,
    trainedOn: describeTrainedOn(card.trainedOn),
    threshold: card.threshold,
    thresholdReason: card.thresholdReason ?? NOT_CHOSEN,
    calibration: card.calibration ?? null,
    parameters: { ...card.parameters },
  };
  return { model, data: profileOf(dataset, sourceText(card.trainedOn)), splits: judged, findings, rounds, features: featureWeights(forest, dataset.features), search };
}

function sourceText(trainedOn: TrainedOn): string {
  if (trainedOn.kind === "file") return trainedOn.name;
  const { sensors, rateHz, seconds, seed } = trainedOn;
  return `${sensors} simulated sensors at ${rateHz} Hz for ${seconds} s, seed ${seed}`;
}
