import { readFile } from "node:fs/promises";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import { cardOf, type ModelCard } from "../kernel-as/model/card.ts";
import { readModel } from "../kernel-as/model/formats/formats.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { choose, foldsToChooseBy, obstacleTo } from "./choice.ts";
import type { Dataset, DatasetReport } from "./dataset.ts";
import { newestDays } from "./gate/held-out.ts";
import { judgeNewestDays, type KeptModel, type NewestDaysReport } from "./gate/judge-newest-days.ts";
import { plainSettings, readManifest, type Manifest, type ManifestSource, type TrainingSettings } from "./manifest.ts";
import type { Registry } from "./registry/registry.ts";
import { asScored } from "./probabilities.ts";
import { RowTrainer } from "./row-trainer.ts";
import { nested } from "./split-nested.ts";
import { manifestOf, trainOn, type TrainedModel } from "./trained-model.ts";

/** Who promotes and refuses, in the registry's log. */
const BY = "retraining";

export interface RetrainOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** What there is to learn from now. Throws `MGV_LABEL` or `MGV_TRAIN_DATA` where that is nothing. */
  readonly read: () => Promise<{ readonly read: DatasetReport; readonly source: ManifestSource }>;
  readonly registry: Registry;
  /** The card that is kept with a model, in Markdown. */
  readonly page?: (trained: TrainedModel, dataset: Dataset) => string;
  readonly signal?: AbortSignal;
  /** Told of each step. */
  readonly tell?: (sentence: string) => void;
}

export type RetrainOutcome =
  | { readonly kind: "promoted"; readonly version: string; readonly report: NewestDaysReport }
  | { readonly kind: "refused"; readonly version: string; readonly report: NewestDaysReport }
  /** There is nothing to learn from, or nothing new: no failure. */
  | { readonly kind: "nothing"; readonly reason: string };

/**
 * Judges by the newest days what all before them teach, beside the champion; then trains on all rows with the same settings, as every model here is: the champion's parameters, and what was wished for beside them when it was trained (a budget of false alarms, a calibration, new rooms). What passes the gates is promoted, what does not is kept with the
 * reasons. Throws what a training throws.
 */
export async function retrain(options: RetrainOptions): Promise<RetrainOutcome> {
  const { kernel, pipeline, registry, page, signal, tell = () => {} } = options;
  const given = await readOrReason(options);
  if (typeof given === "string") return { kind: "nothing", reason: given };
  const { read, source } = given;
  const champion = await championOf(registry);
  if (champion?.card?.trainedOn.kind === "readings" && champion.card.trainedOn.sha256 === read.readings.sha256) {
    return { kind: "nothing", reason: `No reading and no label is new since version ${champion.version} was trained.` };
  }
  const held = newestDays(read.dataset);
  if (typeof held === "string") return { kind: "nothing", reason: held };
  const wished = await settingsOf(registry, champion, read.dataset.featureNames, tell);
  const settings = withoutImpossible(wished, read.dataset, tell);
  tell(`judges by the newest ${held.days === 1 ? "day" : `${held.days} days`}, ${held.fold.test.length} of ${read.dataset.rows} labelled readings`);
  const isBudgeted = settings.falseAlarmsPerSensorDay !== null;
  const inner = isBudgeted ? nested(read.dataset, { folds: [held.fold] }, foldsToChooseBy)[0]!.inner : [];
  const trainer = new RowTrainer({ kernel, dataset: read.dataset, parameters: settings.parameters, forNewRooms: settings.newRooms, ...(signal && { signal }) }, [held.fold, ...inner].map(({ train }) => train));
  const { threshold } = await choose(trainer, inner, { ...settings, calibration: null, holdOffMs: pipeline.holdOffMs }, "the newest days");
  const before = await trainer.train(held.fold.train, "the newest days");
  const report = await judgeNewestDays({ kernel, dataset: read.dataset, held, candidate: (rows) => ({ probabilities: Float64Array.from(before.predict(rows), (p) => asScored("xgboost", p)), threshold }), champion });

  tell(`trains on all ${read.dataset.rows} labelled readings`);
  const trained = await trainOn({ kernel, pipeline, read, simulated: null, settings, ...(signal && { signal }) });
  const manifest: Manifest = { ...manifestOf(trained, { source, settings, simulated: null, read }), ...(settings !== wished && { wishedCalibration: wished.calibration }) };
  signal?.throwIfAborted();
  const kept = await registry.keep(trained.bytes, { by: BY, verdict: report.isPassed ? "challenger" : "refused", reasons: [...report.reasons], report, manifest, ...(page && { card: page(trained, read.dataset) }) });
  if (!report.isPassed) return { kind: "refused", version: kept.version, report };
  await registry.promote(kept.version, { by: BY, reason: passedReason(report) });
  return { kind: "promoted", version: kept.version, report };
}

/** Of a champion whose manifest is not kept only the parameters are known. */
async function settingsOf(registry: Registry, champion: KeptModel | null, features: readonly string[], tell: (sentence: string) => void): Promise<TrainingSettings> {
  const path = (await registry.champion())?.manifestPath ?? null;
  const manifest = path === null ? null : readManifest(await readFile(path, "utf8"), path);
  const { newRooms, falseAlarmsPerSensorDay, calibration: made } = manifest?.training ?? plainSettings;
  const calibration = made ?? manifest?.wishedCalibration ?? null;
  return { ...plainSettings, judgeBy: ["time", "blocks"], newRooms, falseAlarmsPerSensorDay, calibration, ...(champion?.card && { parameters: parametersFor(features, champion.card, tell) }) };
}

/** Constraints go by the numbers of features: where these are others now, they follow their names, and a feature that is new may stand on a path alone. */
function parametersFor(features: readonly string[], card: ModelCard, tell: (sentence: string) => void): TrainingParameters {
  const parameters = { ...defaultParameters, ...card.parameters };
  const { monotone_constraints: monotone, interaction_constraints: sets } = parameters;
  if ((monotone === null && sets === null) || card.features.join("\n") === features.join("\n")) return parameters;
  tell("the features are others than the champion's: its constraints hold for those of the same name");
  return {
    ...parameters,
    monotone_constraints: monotone && features.map((name) => monotone[card.features.indexOf(name)] ?? 0),
    interaction_constraints: sets && [
      ...sets.map((set) => set.map((feature) => features.indexOf(card.features[feature]!)).filter((feature) => feature !== -1)),
      ...features.flatMap((name, feature) => (card.features.includes(name) ? [] : [[feature]])),
    ],
  };
}

/** A calibration that these rows cannot give must not keep a model from being trained. */
function withoutImpossible(settings: TrainingSettings, dataset: Dataset, tell: (sentence: string) => void): TrainingSettings {
  const obstacle = settings.calibration && obstacleTo(dataset, foldsToChooseBy(dataset).folds);
  if (obstacle === null) return settings;
  tell(`trains without a calibration, because ${obstacle}`);
  return { ...settings, calibration: null };
}

async function readOrReason({ read }: RetrainOptions): Promise<Awaited<ReturnType<RetrainOptions["read"]>> | string> {
  try {
    return await read();
  } catch (thrown) {
    const { code, message } = MangroveError.from(thrown);
    if (code === "MGV_LABEL" || code === "MGV_TRAIN_DATA") return message;
    throw thrown;
  }
}

/** The champion, to be compared with. Null where there is none. */
export async function championOf(registry: Registry): Promise<KeptModel | null> {
  const kept = await registry.champion();
  return kept && readKept(kept.version, await readFile(kept.path));
}

export function readKept(version: string, bytes: Uint8Array): KeptModel {
  const { model } = readModel(bytes);
  return { version, model, card: cardOf(model) };
}

function passedReason({ candidate, champion, heldOut }: NewestDaysReport): string {
  const before = champion?.f1 == null ? "" : `, of the champion ${champion.f1.toFixed(3)}`;
  return `Passed the gates on the newest ${heldOut.days} days: accuracy ${candidate.accuracy!.toFixed(3)}, F1 ${candidate.f1!.toFixed(3)}${before}.`;
}
