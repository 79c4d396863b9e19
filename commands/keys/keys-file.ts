import process from "node:process";
import { readKeys, writeKeys } from "../../api/access/key-file.ts";
import type { ApiKey } from "../../api/access/key.ts";
import { readConfig } from "../../engine/config.ts";
import { openAudit } from "../audit.ts";
import type { Flag } from "../command.ts";
import { userName } from "../user-name.ts";

export const nameFlag: Flag = { name: "name", value: "NAME", help: "whose it is, as logs name it: letters, digits, . _ - @" };

/** The stored keys, and how to change them: in the file that MANGROVE_API_KEYS names, and with a line in the audit. */
export async function openKeys(): Promise<{ path: string; keys: readonly ApiKey[]; replace(keys: readonly ApiKey[], what: string): Promise<void> }> {
  const { apiKeysPath: path, modelPath } = readConfig(process.env);
  return {
    path,
    keys: await readKeys(path),
    async replace(keys, what) {
      await writeKeys(path, keys);
      await openAudit(modelPath)({ by: userName(), what, outcome: "done", requestId: null });
    },
  };
}
