import { appendFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnsweredRequest } from "../api/options.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { printable, tell } from "./terminal.ts";

/** Beside the models that it tells the changes of. */
const NAME = "audit.jsonl";

/** What became of an act, whoever did it. */
export interface Act {
  /** The name of a key, an address, or a user of this machine. */
  readonly by: string;
  readonly what: string;
  readonly outcome: string;
  readonly requestId: string | null;
}

/** Writes acts that change what serves, or who may change it, down: in the log, and as lines that are only ever added to the file `audit.jsonl` of the models' folder, where there is one. */
export function openAudit(modelPath: string): (act: Act) => Promise<void> {
  const path = join(dirname(modelPath), NAME);
  return async ({ by, what, outcome, requestId }) => {
    tell(`audit   ${printable(`${what} by ${by}: ${outcome}`)}`, { event: "audit", fields: { by, what, outcome, request_id: requestId } });
    const line = JSON.stringify({ time: new Date().toISOString(), by, what, outcome, request_id: requestId });
    try {
      await appendFile(path, `${line}\n`, { mode: 0o600 });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return;
      tell(`audit   ${path} cannot be written: ${MangroveError.from(thrown).message}`, { level: "error", event: "audit.failed" });
    }
  };
}

/** What became of a request, in a word and a number. */
export function actOf({ by, method, path, status, id }: AnsweredRequest): Act {
  return { by, what: `${method} ${path}`, outcome: `${status < 400 ? "done" : status < 500 ? "refused" : "failed"} (${status})`, requestId: id };
}
