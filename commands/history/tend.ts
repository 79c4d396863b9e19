import type { Config } from "../../engine/config.ts";
import { tendHistory, type TendOptions } from "../../engine/history/tend.ts";
import { counted } from "../terminal.ts";

/** Tends a history as the environment says, and tells what was done. Does nothing once `signal` has aborted. */
export async function tendByConfig({ historyRetentionDays: retentionDays, historyLimitBytes: sizeLimitBytes }: Config, { directory, signal, tell }: Required<Pick<TendOptions, "directory" | "signal" | "tell">>): Promise<void> {
  if (signal.aborted) return;
  const { merged } = await tendHistory({ directory, now: Date.now, retentionDays, sizeLimitBytes, signal, tell });
  if (merged.files > 0) tell(`made one file each of ${counted(merged.files, "file")} of ${counted(merged.days, "day")} in the history`);
}
