import { readFile, stat } from "node:fs/promises";
import { checkFits } from "../../engine/model/fits.ts";
import { versionOf } from "../../engine/model/version.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { cardOf, type ModelCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import type { ModelFormat } from "../../kernel-as/model/formats/format.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";

/** A model file that has been read. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  /** The first 12 digits of the file's SHA-256, as the engine names its models. */
  readonly version: string;
  readonly format: ModelFormat;
  readonly model: ForestModel;
  /** Null for a model from elsewhere. */
  readonly card: ModelCard | null;
}

/** Throws `MGV_FILE_READ`, and, with the path before what is said of the content, `MGV_MODEL_FORMAT` and `MGV_MODEL_UNSUPPORTED`. */
export async function readModelFile(path: string): Promise<ModelFile> {
  await refuseFolder(path);
  const content = await readFile(path).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
  try {
    const { format, model } = readModel(content);
    return { path, bytes: content.length, version: versionOf(content), format, model, card: cardOf(model) };
  } catch (thrown) {
    const { code, message, cause } = MangroveError.from(thrown);
    throw new MangroveError(code, `${path}: ${message}`, { cause });
  }
}

/** The same of a model that the pipeline can feed; throws `MGV_MODEL_FEATURES` and `MGV_MODEL_UNSUPPORTED` for others. */
export async function readFittingModel(path: string, pipeline: Pipeline): Promise<ModelFile> {
  const file = await readModelFile(path);
  checkFits(pipeline, file.model, file.card);
  return file;
}

/** Throws `MGV_FILE_READ`, in the same words on every runtime, for what is not there or a folder. */
export async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${code === "ENOENT" ? "there is no such file." : message}`, { cause });
  });
  if (found.isDirectory()) throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: it is a folder.`);
}

/** `412 kB` */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
