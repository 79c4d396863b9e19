import process from "node:process";
import { HistoryStore } from "../engine/history/history-store.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { tell } from "./terminal.ts";

/** The history that an engine with a state keeps, where the arguments or the environment say; null where the pipeline keeps none. */
export async function openHistory(given: Arguments, runtime: Pick<Runtime, "config" | "pipeline">): Promise<HistoryStore | null> {
  const { pipeline } = runtime;
  if (!pipeline.keepsHistory) return null;
  const directory = historyDirectoryOf(given, runtime);
  return HistoryStore.open({ pipeline, directory, run: `${Date.now().toString(36)}${process.pid.toString(36)}` });
}

/** Says what engines of one group on several machines need. */
export function tellShared(directory: string): void {
  tell(`history ${directory}: engines on several machines need one folder that they share; else each machine has the part of its partitions alone`);
}

/** The folder of the history: --history, else what the environment says. */
export function historyDirectoryOf(given: Arguments, { config }: Pick<Runtime, "config">): string {
  return given.text("history") ?? config.historyDirectory;
}
