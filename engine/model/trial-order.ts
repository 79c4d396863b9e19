import { readFile, rm } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import { writeWhole } from "../write-whole.ts";
import { trialModes, type TrialTerms } from "./trial.ts";

/** What is to be tried beside a champion; it lies beside that: `machines.trial.json` for `machines.json`. */
export interface TrialOrder extends TrialTerms {
  /** The file of the model on trial. */
  readonly path: string;
}

function trialOrderPath(modelPath: string): string {
  return `${modelPath.replace(/\.[^./\\]*$/, "")}.trial.json`;
}

/** Null where nothing is on trial. Throws `MGV_JSON` for what is no order, `MGV_FILE_READ`. */
export async function readTrialOrder(modelPath: string): Promise<TrialOrder | null> {
  const at = trialOrderPath(modelPath);
  const text = await readFile(at, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new MangroveError("MGV_FILE_READ", `The order of a trial, ${at}, cannot be read: ${cause.message}`, { cause });
  });
  if (text === null) return null;
  const { mode, share, model } = parsed(text, at);
  const isMode = trialModes.find((each) => each === mode);
  if (isMode && typeof share === "number" && share > 0 && share <= 1 && typeof model === "string") return { mode: isMode, share, path: resolve(dirname(at), model) };
  throw noOrder(at);
}

/** The model's file may lie anywhere; where it lies below the champion's folder, both may be moved together. Throws `MGV_FILE_WRITE`. */
export async function writeTrialOrder(modelPath: string, { mode, share, path }: TrialOrder): Promise<void> {
  const at = trialOrderPath(modelPath);
  const near = relative(dirname(at), path);
  await writeWhole(at, `${JSON.stringify({ mode, share, model: near.startsWith("..") ? resolve(path) : near })}\n`);
}

/** True where there was one. Throws `MGV_FILE_WRITE`. */
export async function endTrial(modelPath: string): Promise<boolean> {
  const at = trialOrderPath(modelPath);
  try {
    await rm(at);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new MangroveError("MGV_FILE_WRITE", `The trial cannot be ended, since ${at} cannot be deleted: ${(cause as Error).message}`, { cause });
  }
}

function parsed(text: string, at: string): { mode?: unknown; share?: unknown; model?: unknown } {
  try {
    const read = JSON.parse(text) as object | null;
    if (typeof read === "object" && read !== null) return read;
  } catch (cause) {
    throw noOrder(at, cause);
  }
  throw noOrder(at);
}

function noOrder(at: string, cause?: unknown): MangroveError {
  return new MangroveError("MGV_JSON", `${at} does not say what is to be tried: write it with \`mangrove model trial\`, or end the trial with \`mangrove model trial --end\`.`, { cause });
}
