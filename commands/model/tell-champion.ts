import process from "node:process";
import type { StoredModel } from "../../trainer/registry/stored-model.ts";
import type { Arguments } from "../command.ts";
import { printable, tell } from "../terminal.ts";
import { storedSummary, summaryJson } from "./stored-summary.ts";

/** Says which model is the champion now. */
export async function tellChampion(stored: StoredModel, given: Arguments): Promise<void> {
  const { promoted, version, path } = stored;
  const before = promoted?.from ? `, before it ${promoted.from}` : "";
  tell(`model   version ${version} is the champion, by ${printable(promoted?.by ?? "unknown")} at ${promoted?.time ?? "an unknown time"}${before}: ${path}`);
  if (given.has("json")) process.stdout.write(`${JSON.stringify(summaryJson(await storedSummary(stored)))}\n`);
}
