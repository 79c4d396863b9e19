import type { SplitReport } from "../kernel-as/model/split-report.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { HistoryQuery } from "./history-query.ts";
import { localDisk } from "./registry/disk.ts";
import { ModelFiles } from "./registry/files.ts";
import type { TrainedOnReadings } from "./readings-hash.ts";

/** A file that a training read. */
export interface ManifestFile {
  /** Without its folders; of the history below them. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Where a training set came from. */
export type ManifestSource =
  | { readonly kind: "simulated" }
  | ({ readonly kind: "file" } & ManifestFile)
  /** `sql` is what `query` makes; files may be merged since, which changes no row. */
  | { readonly kind: "history"; readonly files: readonly ManifestFile[]; readonly labels: number; readonly query: HistoryQuery; readonly sql: string };

/** How a model was trained, but for the rows. */
export interface TrainingSettings {
  readonly parameters: TrainingParameters;
  /** Null: the usual splits. */
  readonly judgeBy: readonly SplitReport["name"][] | null;
  readonly newRooms: boolean;
  readonly falseAlarmsPerSensorDay: number | null;
  readonly calibration: "platt" | "isotonic" | null;
  readonly label: string | null;
  readonly group: string | null;
  /** Simulated rooms and their seed; null where none are. */
  readonly rooms: { readonly sensors: number; readonly seed: number } | null;
}

/** Where nothing is said. */
export const plainSettings: TrainingSettings = { parameters: defaultParameters, judgeBy: null, newRooms: false, falseAlarmsPerSensorDay: null, calibration: null, label: null, group: null, rooms: null };

/** All that it takes to train a model again, byte for byte. Kept with it by the registry; the rows themselves stay where they are. */
export interface Manifest {
  readonly mangrove: "training set";
  /** The first 12 digits of the SHA-256 of the model's file. */
  readonly model: string;
  readonly pipeline: string;
  readonly source: ManifestSource;
  /** Null for simulated rooms, which their seed makes again. */
  readonly readings: TrainedOnReadings | null;
  /** With a label. */
  readonly rows: number;
  readonly positives: number;
  readonly training: TrainingSettings;
  /** A calibration that was wished for, and that these rows could not give: the next retraining tries it again. */
  readonly wishedCalibration?: TrainingSettings["calibration"];
}

/** Where the manifest of a version lies that a registry keeps. */
export function manifestPathOf(modelPath: string, version: string): string {
  return new ModelFiles(modelPath, localDisk).pathOf(version, "manifest");
}

/** Throws `MGV_JSON` for what is none. */
export function readManifest(text: string, path: string): Manifest {
  let read: Partial<Manifest> | null;
  try {
    read = JSON.parse(text) as Partial<Manifest> | null;
  } catch (cause) {
    throw new MangroveError("MGV_JSON", `${path} is not JSON, so it is no manifest of a training.`, { cause });
  }
  const { mangrove, model, pipeline, source, readings, training } = read ?? {};
  const isWhole = mangrove === "training set" && typeof model === "string" && typeof pipeline === "string" && typeof training?.parameters === "object";
  if (isWhole && readings !== undefined && ["simulated", "file", "history"].includes(source?.kind ?? "")) return read as Manifest;
  throw new MangroveError("MGV_JSON", `${path} is no manifest of a training: \`mangrove train\` writes one beside the model, as machines.manifest.json beside machines.json.`);
}

/** Files of a manifest that are not there any more, or are others now, in words; empty where all are as they were. */
export function changedFiles(before: readonly ManifestFile[], now: readonly ManifestFile[]): string[] {
  const found = new Map(now.map((file) => [file.name, file]));
  return before.flatMap(({ name, sha256 }) => {
    const file = found.get(name);
    if (file === undefined) return [`${name} is not there any more`];
    return file.sha256 === sha256 ? [] : [`${name} has changed`];
  });
}
