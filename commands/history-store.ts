import process from "node:process";
import { HistoryStore } from "../engine/history/history-store.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";

/** The history that an engine with a state keeps, where the arguments or the environment say; null where the pipeline keeps none. */
export async function openHistory(given: Arguments, { config, pipeline }: Pick<Runtime, "config" | "pipeline">): Promise<HistoryStore | null> {
  if (!pipeline.keepsHistory) return null;
  const directory = given.text("history") ?? config.historyDirectory;
  return HistoryStore.open({ pipeline, directory, run: `${Date.now().toString(36)}${process.pid.toString(36)}` });
}
