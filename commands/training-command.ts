import { basename } from "node:path";
import { LOCAL_MODEL_PATH } from "../engine/config.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { asFlags } from "./parameter-flags.ts";
import type { TrainingInputOptions } from "./training-input.ts";

interface Training extends Pick<TrainingInputOptions, "dataset" | "label" | "group"> {
  readonly pipelineFile: string | null;
  readonly parameters: TrainingParameters;
  readonly falseAlarmsPerSensorDay?: number | null;
  readonly calibration?: string | null;
  readonly path: string;
}

/** The line that trains a model again, in a folder in which the data lie. */
export function trainingCommand({ pipelineFile, dataset, label, group, parameters, falseAlarmsPerSensorDay, calibration, path }: Training): string {
  const flag = (name: string, value: string | number | null | undefined) => (value == null ? [] : [`--${name}`, quoted(String(value))]);
  const out = pipelineFile === null && basename(path) !== basename(LOCAL_MODEL_PATH) ? basename(path) : null;
  const words = [
    ...(pipelineFile === null ? [] : [quoted(pipelineFile)]),
    ...flag("data", dataset && basename(dataset)),
    ...flag("label", label),
    ...flag("group", group),
    ...flag("out", out),
    ...flag("false-alarms", falseAlarmsPerSensorDay),
    ...flag("calibrate", calibration),
    asFlags(parameters),
  ].filter((word) => word !== "");
  return ["npm run train", ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
