import type { Arguments, Flag } from "../command.ts";
import { MODEL_PATH } from "../model/model-registry.ts";
import type { Runtime } from "../runtime.ts";
import { APP_ID } from "../source.ts";

const REPORTS: Flag = { name: "reports", value: "DIR", help: "where reports are (MANGROVE_REPORTS_DIR, else reports)" };

/** Of commands about jobs. */
export const jobFlags: readonly Flag[] = [REPORTS, { name: "history", value: "DIR", help: "readings and labels (MANGROVE_HISTORY_DIR, else history)" }, MODEL_PATH, APP_ID];

/** The folder of all reports: --reports, else what the environment says. */
export function reportsDirectoryOf(given: Arguments, { config }: Pick<Runtime, "config">): string {
  return given.text("reports") ?? config.reportsDirectory;
}
