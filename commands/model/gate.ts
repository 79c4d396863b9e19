import { MangroveError } from "../../kernel-as/errors.ts";
import { newestDays } from "../../trainer/gate/held-out.ts";
import { judgeNewestDays, scoresOf, type NewestDaysReport } from "../../trainer/gate/judge-newest-days.ts";
import type { Registry } from "../../trainer/registry/registry.ts";
import { championOf, readKept } from "../../trainer/retrain.ts";
import type { Arguments, Flag } from "../command.ts";
import { historyInput, lastDaysOf } from "../history-input.ts";
import { historyDirectoryOf } from "../history-store.ts";
import type { Runtime } from "../runtime.ts";
import { readTrainingInput } from "../training-input.ts";

/** What is learned from and judged by: what was so a year ago may not be so any more. */
export const DAYS = 30;

export const gateFlags: readonly Flag[] = [
  { name: "gated", help: "only if it passes the gates of a retraining on the newest labelled days of the history; else it is kept as refused" },
  { name: "history", value: "DIR", help: "with --gated, the readings and labels (MANGROVE_HISTORY_DIR, else history)" },
  { name: "days", value: "N", help: `with --gated, of the history the last N days before its newest reading (${DAYS})` },
];

/**
 * Judges a model that was trained elsewhere as a retraining judges its own, beside the champion on the same days. Whether it has learned from these days, nobody here knows. Throws `MGV_TRAIN_DATA` where there is
 * nothing to judge by.
 */
export async function judgeByHistory(given: Arguments, runtime: Runtime, { registry, version, bytes }: { registry: Registry; version: string; bytes: Uint8Array }, signal: AbortSignal): Promise<NewestDaysReport> {
  const { kernel, pipeline } = runtime;
  await using input = await historyInput(pipeline, { directory: historyDirectoryOf(given, runtime), last: lastDaysOf(given, DAYS), query: null });
  const { dataset } = await readTrainingInput(kernel, input, signal);
  const held = newestDays(dataset);
  if (typeof held === "string") throw new MangroveError("MGV_TRAIN_DATA", `There is nothing to judge the model by: ${held} Leave --gated out to promote it all the same.`);
  const candidate = scoresOf(kernel, dataset, readKept(version, bytes));
  return judgeNewestDays({ kernel, dataset, held, candidate, champion: await championOf(registry) });
}

/** What came of it, for people. */
export function newestDaysLine(version: string, { heldOut: { days }, candidate, champion }: NewestDaysReport): string {
  const figure = (value: number | null) => value?.toFixed(3) ?? "undefined";
  const beside = champion ? `; the champion ${figure(champion.accuracy)} and ${figure(champion.f1)}` : "";
  return `version ${version} on the newest ${days === 1 ? "day" : `${days} days`}: accuracy ${figure(candidate.accuracy)}, F1 ${figure(candidate.f1)}${beside}`;
}
