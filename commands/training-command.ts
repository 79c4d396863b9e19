import { basename } from "node:path";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { asFlags } from "./parameter-flags.ts";
import { shellWord } from "./shell-word.ts";
import { SIMULATED } from "./training-input.ts";

interface Training {
  readonly pipelineFile: string | null;
  /** Of a training on a history, of which only the manifest says which part; null for others. */
  readonly manifest?: string | null;
  readonly rooms?: { readonly sensors: number } | null;
  readonly dataset: string | null;
  readonly label?: string | null;
  readonly group?: string | null;
  readonly parameters: TrainingParameters;
  readonly newRooms?: boolean;
  readonly judgeBy?: readonly string[] | null;
  readonly falseAlarmsPerSensorDay?: number | null;
  readonly calibration?: string | null;
  readonly path: string;
  /** Where the model goes unless `--out` names a file. */
  readonly modelPath: string;
  /** The same without MODEL_PATH. */
  readonly localModelPath: string;
}

/** The line that makes a model again by its manifest, beside the history that it names. */
export function manifestCommand(manifest: string): string {
  return `npm run train -- --manifest ${shellWord(manifest)}`;
}

/** The line that trains a model again, in a folder in which the data lie. */
export function trainingCommand({ pipelineFile, manifest = null, dataset, rooms, label, group, parameters, newRooms, judgeBy, falseAlarmsPerSensorDay, calibration, path, modelPath, localModelPath }: Training): string {
  const flag = (name: string, value: string | number | null | undefined) => (value == null ? [] : [`--${name}`, shellWord(String(value))]);
  const own = [modelPath, localModelPath].map((each) => basename(each));
  const out = own.includes(basename(path)) ? null : basename(path);
  if (manifest !== null) return manifestCommand(manifest);
  const words = [
    ...(pipelineFile === null ? [] : [shellWord(pipelineFile)]),
    ...flag("data", dataset && basename(dataset)),
    ...flag("rooms", rooms?.sensors === SIMULATED.sensors ? null : rooms?.sensors),
    ...flag("label", label),
    ...flag("group", group),
    ...flag("out", out),
    ...(newRooms ? ["--new-rooms"] : []),
    ...flag("split", judgeBy?.join(",")),
    ...flag("false-alarms", falseAlarmsPerSensorDay),
    ...flag("calibrate", calibration),
    asFlags(parameters),
  ].filter((word) => word !== "");
  return ["npm run train", ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
}
