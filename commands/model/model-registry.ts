import { stat } from "node:fs/promises";
import { checkFits } from "../../engine/model/fits.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { cardOf } from "../../kernel-as/model/card.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import type { LogEntry } from "../../trainer/registry/entry.ts";
import { Registry, type About } from "../../trainer/registry/registry.ts";
import type { Arguments, Flag } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import { APP_ID } from "../source.ts";
import { userName } from "../user-name.ts";

/** For a flag's help: where the model of a pipeline lies unless the flag says it. */
export const MODEL_PLACE = "MODEL_PATH, else models/smoke_detection_model.json, or models/NAME.json of a pipeline NAME";

export const MODEL_PATH: Flag = { name: "model-path", value: "FILE", help: `the model in use (${MODEL_PLACE})` };

/** Of commands that change the champion. */
export const aboutFlags: readonly Flag[] = [
  { name: "reason", value: "TEXT", help: "why, for the registry's log" },
  { name: "by", value: "NAME", help: "who (whoever runs the command)" },
  MODEL_PATH,
  APP_ID,
  { name: "json", help: "the champion as one JSON object on stdout" },
];

/** The registry of the pipeline's own model: what does not fit the pipeline does not become the champion. */
export function openRegistry({ models, pipeline }: Pick<Runtime, "models" | "pipeline">, onChange?: (done: LogEntry) => Promise<void>): Promise<Registry> {
  return Registry.open({ path: models.path, now: Date.now, check: fitCheck(pipeline), ...(onChange && { onChange }) });
}

/** Throws what is wrong with the bytes of a model file, or what about them does not fit. */
export function fitCheck(pipeline: Pipeline): (bytes: Uint8Array) => void {
  return (bytes) => {
    const { model } = readModel(bytes);
    checkFits(pipeline, model, cardOf(model));
  };
}

export function aboutOf(given: Arguments, otherwise: string): About {
  return { by: given.text("by") ?? userName(), reason: given.text("reason") ?? otherwise };
}

/** The path of a file, or of a model that is kept under that version or alias beside the champion. Throws `MGV_FILE_READ` where it is neither. */
export async function pathNamed(name: string, champion: string): Promise<string> {
  if (await stat(name).catch(() => null)) return name;
  const stored = /^([0-9a-f]{4,12}|champion|challenger)$/.test(name) ? await (await Registry.open({ path: champion, now: Date.now })).find(name) : null;
  if (stored) return stored.path;
  throw notKept(name, champion);
}

/** What to say where a name is neither that of a file nor of a kept model. */
export function notKept(name: string, champion: string): MangroveError {
  return new MangroveError("MGV_FILE_READ", `Cannot read ${name}: there is no such file, and no model of this version or alias is kept beside ${champion}. mangrove model list shows those that are.`);
}
