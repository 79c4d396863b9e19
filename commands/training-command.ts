import { basename } from "node:path";
import { LOCAL_MODEL_PATH } from "../engine/config.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { asFlags } from "./parameter-flags.ts";
import { shellWord } from "./shell-word.ts";
import type { TrainingInputOptions } from "./training-input.ts";

interface Training extends Pick<TrainingInputOptions, "dataset" | "label" | "group" | "rooms"> {
  readonly pipelineFile: string | null;
  readonly parameters: TrainingParameters;
  readonly newRooms?: boolean;
  readonly judgeBy?: readonly string[] | null;
  readonly falseAlarmsPerSensorDay?: number | null;
  readonly calibration?: string | null;
  readonly path: string;
  /** Where the model goes unless `--out` names a file. */
  readonly modelPath: string;
}

/** The line that trains a model again, in a folder in which the data lie. */
export function trainingCommand({ pipelineFile, dataset, rooms, label, group, parameters, newRooms, judgeBy, falseAlarmsPerSensorDay, calibration, path, modelPath }: Training): string {
  const flag = (name: string, value: string | number | null | undefined) => (value == null ? [] : [`--${name}`, shellWord(String(value))]);
  const own = [modelPath, ...(pipelineFile === null ? [LOCAL_MODEL_PATH] : [])].map((each) => basename(each));
  const out = own.includes(basename(path)) ? null : basename(path);
  const words = [
    ...(pipelineFile === null ? [] : [shellWord(pipelineFile)]),
    ...flag("data", dataset && basename(dataset)),
    ...flag("rooms", rooms),
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
