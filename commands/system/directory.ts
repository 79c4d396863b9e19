import type { Arguments, Flag } from "../command.ts";

/** Where a system has its logs, unless somebody says otherwise. */
const DIRECTORY = "state/system";

export const directoryFlag: Flag = { name: "dir", value: "DIR", help: `logs, and what stop, status and restart need; a system each (${DIRECTORY})` };

export function systemDirectoryOf(given: Arguments): string {
  return given.text("dir") ?? DIRECTORY;
}
