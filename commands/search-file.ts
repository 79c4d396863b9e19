import { readFile } from "node:fs/promises";
import { MangroveError } from "../kernel-as/errors.ts";
import type { SearchResult } from "../trainer/search.ts";
import { jsonObject } from "./parameter-flags.ts";

/** The table that `mangrove search --json` wrote. Throws `MGV_FILE_READ`, `MGV_JSON` for what is no such table. */
export async function readSearch(path: string): Promise<SearchResult> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
  const read = jsonObject(text);
  if (read && isSearch(read)) return read;
  const parameters = read && "rounds" in read ? " It looks like the best parameters, which --parameters takes." : "";
  throw new MangroveError("MGV_JSON", `${path} is no table of trials: write one by \`mangrove search --json > ${path}\`.${parameters}`);
}

function isSearch(read: Record<string, unknown>): read is Record<string, unknown> & SearchResult {
  const { metric, folds, resource, rungs, trials, best } = read;
  const counted = typeof metric === "string" && isNumber(folds) && (resource === "rows" || resource === "rounds") && isObject(best);
  const raced = Array.isArray(rungs) && rungs.length > 0 && rungs.every((rung) => isObject(rung) && isNumber(rung["trials"]) && isNumber(rung["share"]));
  return counted && raced && Array.isArray(trials) && trials.length > 0 && trials.every(isTrial);
}

/** A loss that is no number is null in JSON. */
function isTrial(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { number, rank, parameters, losses, sd, auc, rounds } = given;
  const isLoss = (loss: unknown) => loss === null || isNumber(loss);
  const judged = Array.isArray(losses) && losses.every(isLoss) && isLoss(sd) && (auc === null || (isObject(auc) && isLoss(auc["mean"])));
  return judged && [number, rank, rounds].every(isNumber) && isObject(parameters);
}

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isNumber(given: unknown): given is number {
  return typeof given === "number";
}
