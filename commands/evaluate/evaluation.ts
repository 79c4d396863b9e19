import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { calibrated } from "../../kernel-as/model/calibration.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import type { Family } from "../../kernel-as/model/forest.ts";
import { transformOf } from "../../kernel-as/model/objective.ts";
import { recordingFamilies } from "../../trainer/copies.ts";
import { judgementOf } from "../../trainer/judgement.ts";
import type { JudgedRows } from "../../trainer/judgement/judged-rows.ts";
import { verdictOf } from "../../trainer/judgement/verdict.ts";
import { findLeaks, type Finding } from "../../trainer/leaks.ts";
import type { Manifest } from "../../trainer/manifest.ts";
import { asScored, probabilities } from "../../trainer/probabilities.ts";
import { decisionOf } from "../../trainer/report/report-of.ts";
import type { JudgedSplit, Report } from "../../trainer/report/report.ts";
import { showAlone } from "../../trainer/shown-alone.ts";
import { thresholdFor, type ThresholdBudget } from "../../trainer/threshold.ts";
import { sha256 } from "../file-hash.ts";
import { peakMiB } from "../peak-memory.ts";
import { Phases } from "../phases.ts";
import { mustBeOf } from "../predict/readings-pipeline.ts";
import { readModelFile, type ModelFile } from "../model/file.ts";
import { keptManifest, trainedOnText } from "../model/kept-manifest.ts";
import { predicts } from "../model/meaning.ts";
import { evaluationReport } from "./evaluation-report.ts";
import { readRows } from "./read-rows.ts";
import type { ScoredRows } from "./scored-rows.ts";

export interface EvaluateOptions {
  readonly model: string;
  readonly data: string;
  readonly own: Pipeline;
  /** Null: the pipeline's. */
  readonly label: string | null;
  readonly group: string | null;
  /** Null: the model's own, 0.5 where it has none. */
  readonly threshold: number | null;
  /** A budget, to be told which threshold would keep it on these rows. */
  readonly falseAlarmsPerSensorDay: number | null;
  readonly signal: AbortSignal;
  /** Milliseconds, for the time that each phase takes. */
  readonly now?: () => number;
}

export interface Evaluation extends ScoredRows {
  readonly file: ModelFile;
  readonly data: { readonly path: string; readonly sha256: string };
  readonly threshold: number;
  readonly thresholdReason: string;
  /** All rows as one split. */
  readonly judged: JudgedSplit;
  readonly findings: readonly Finding[];
  /** Why the figures are better than the model is; null where it has not seen these rows, as far as one can tell. */
  readonly warning: string | null;
  /** The threshold that keeps to the budget on the rows that it is judged by, null where there is none to tell; null where no budget was given. */
  readonly budget: { readonly threshold: number | null; readonly reason: string } | null;
  readonly report: Report;
}

/** Judges a model file by labelled rows. Throws `MGV_MODEL_UNSUPPORTED` for a model that predicts no single probability, `MGV_MODEL_FEATURES` for one of another pipeline, and what {@link readRows} does. */
export async function evaluate({ model, data, own, label, group, threshold: given, falseAlarmsPerSensorDay, signal, now = () => performance.now() }: EvaluateOptions): Promise<Evaluation> {
  const phases = new Phases(now);
  const file = await readModelFile(model);
  mustPredictProbability(file);
  if (file.card !== null) mustBeOf(file.card, own);
  const kernel = await sharedKernel();
  using forest = new Forest(kernel, file.model);
  const scored = await phases.of("reading and predicting", () => readRows({ path: data, file, forest, kernel, own, label, group, signal }));
  const { dataset, schema } = scored;
  const { card } = file;
  const decision = given === null ? decisionOf(card, dataset.event) : { threshold: given, thresholdReason: "It was given by --threshold." };
  const judgement = await phases.of("judging", () => judgementOf(judgedRows(scored, { forest, card, threshold: decision.threshold, holdOffMs: own.holdOffMs })));
  const hash = await sha256(data);
  const manifest = await keptManifest(file);
  const isKnown = hasLearnedFrom(card, manifest, { hash, readings: scored.readings });
  const meaning = `Every labelled row, predicted by the model as it is in its file.${card === null ? " Whether it has learned from them, the file does not say." : ""}`;
  const evaluation = {
    ...scored,
    file,
    data: { path: data, sha256: hash },
    ...decision,
    judged: { name: "all rows", title: "all rows", meaning, verdict: verdictOf(judgement, { because: "what it has learned does not hold for these rows.", event: dataset.event }), judgement },
    findings: await phases.of("looking for leaks", () => findLeaks({ dataset, file: { path: data, schema } })),
    warning: isKnown ? `These figures flatter: ${data} is what the model was trained on, so it knows the answers. Judge it by rows that it has not seen.` : null,
    budget: falseAlarmsPerSensorDay === null ? null : thresholdWithin(scored, file.model.family, { falseAlarmsPerSensorDay, holdOffMs: own.holdOffMs, event: dataset.event }),
  };
  const report = await phases.of("profile and weights", () => evaluationReport(evaluation, forest));
  return { ...evaluation, report: { ...report, model: { ...report.model, trainedOn: trainedOnText(file, manifest) }, cost: { phases: phases.done, peakMiB: peakMiB() } } };
}

/** Whether these are the rows that the model was trained on: its card or its manifest has their hash, or that of their file. */
function hasLearnedFrom(card: ModelCard | null, manifest: Manifest | null, { hash, readings }: { hash: string; readings: ScoredRows["readings"] }): boolean {
  if (card?.trainedOn.kind === "readings" && card.trainedOn.sha256 === readings?.sha256) return true;
  if (card?.trainedOn.kind === "file" && card.trainedOn.sha256 === hash) return true;
  return manifest?.source.kind === "file" && manifest.source.sha256 === hash;
}

interface JudgedBy {
  readonly forest: Forest;
  readonly card: ModelCard | null;
  readonly threshold: number;
  readonly holdOffMs: number;
}

function judgedRows(scored: ScoredRows, { forest, card, threshold, holdOffMs }: JudgedBy): JudgedRows {
  const { dataset, probabilities, untimed } = scored;
  const { labels, timesMs, recordingOf, recordings } = dataset;
  const ofRecording = recordingFamilies(dataset);
  const families = recordingOf.map((recording) => ofRecording[recording]!);
  const calibration = card?.calibration;
  return {
    labels,
    probabilities,
    family: forest.model.family,
    thresholds: new Float64Array(dataset.rows).fill(threshold),
    recordings: Array.from(recordingOf, (recording) => recordings[recording]!),
    witnesses: families,
    alone: alonePredictions(forest, scored),
    calibrated: calibration ? Array.from(probabilities, (p) => calibrated(calibration, p)) : null,
    timeline: untimed === null ? { timesMs, families, holdOffMs } : null,
  };
}

function mustPredictProbability(file: ModelFile): void {
  const { model, path } = file;
  if (transformOf(model) === "sigmoid" && model.outputs === 1) return;
  throw new MangroveError("MGV_MODEL_UNSUPPORTED", `${path} (${model.objective.name}) predicts ${predicts(file)}; evaluate judges models that predict one probability, such as binary:logistic of XGBoost or binary of LightGBM.`);
}

function thresholdWithin({ dataset, probabilities, untimed }: ScoredRows, family: Family, budget: ThresholdBudget): Evaluation["budget"] {
  if (untimed !== null) return { threshold: null, reason: untimed };
  try {
    const { recordingOf: sensors, timesMs, labels } = dataset;
    const { threshold, reason } = thresholdFor({ sensors, timesMs, labels, probabilities: Array.from(probabilities, (p) => asScored(family, p)) }, budget);
    return { threshold, reason: `${reason} Chosen on these very rows: on others it will do worse.` };
  } catch (thrown) {
    const { code, message } = MangroveError.from(thrown);
    if (code === "MGV_TRAIN_DATA") return { threshold: null, reason: message };
    throw thrown;
  }
}

function alonePredictions(forest: Forest, { dataset }: ScoredRows): ArrayLike<number> | null {
  if (dataset.pointFeatures === dataset.featureNames.length) return null;
  const features = dataset.features.slice();
  showAlone(features, dataset, dataset.labels.keys());
  return probabilities(forest, features);
}
