import { stat } from "node:fs/promises";
import { checkFits } from "../../engine/model/fits.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { readModelFile, type ModelFile } from "./file.ts";

/** Throws `MGV_USAGE` where a training would take the place of a model of another pipeline, which this one cannot score by: MODEL_PATH and `--model-path` are for one pipeline. */
export async function mustNotReplaceAnother(path: string, pipeline: Pipeline): Promise<void> {
  if (!(await stat(path).catch(() => null))) return;
  const file = await readModelFile(path).catch(() => null); // what is no model is nobody's
  const other = file?.card?.pipeline ?? pipeline.name;
  if (file === null || other === pipeline.name || fits(file, pipeline)) return;
  throw new MangroveError("MGV_USAGE", `${path} is the model of the pipeline ${other}, and one of ${pipeline.name} must not take its place: MODEL_PATH is for one pipeline. Leave it out, or name another file.`);
}

function fits({ model, card }: ModelFile, pipeline: Pipeline): boolean {
  try {
    checkFits(pipeline, model, card);
    return true;
  } catch {
    return false;
  }
}
