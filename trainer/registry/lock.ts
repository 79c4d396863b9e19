import { realpath } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { own } from "../../engine/log/owner.ts";
import { MangroveError } from "../../kernel-as/errors.ts";

/** A writer is done in well under a second. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 25;

/** The last one in the line of each folder in this process: the lock tells only processes apart. */
const lines = new Map<string, Promise<unknown>>();

/** Does `work` while no other process and nobody else in this one does the like with the folder; the lock goes with the process. Throws `MGV_FILE_WRITE` where another one keeps it for 20 s. */
export async function locked<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const key = await realpath(folder);
  const before = lines.get(key) ?? Promise.resolve();
  const mine = before.then(() => holding(folder, work));
  const settled = mine.catch(() => {});
  lines.set(key, settled);
  try {
    return await mine;
  } finally {
    if (lines.get(key) === settled) lines.delete(key);
  }
}

async function holding<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  using _ = await patiently(folder);
  return await work();
}

async function patiently(folder: string): Promise<Disposable> {
  for (const untilMs = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await own(folder);
    } catch (thrown) {
      const { code, cause } = MangroveError.from(thrown);
      if (code !== "MGV_USAGE") throw thrown;
      if (performance.now() > untilMs) throw new MangroveError("MGV_FILE_WRITE", `Another process has been changing the models of ${folder} for ${PATIENCE_MS / 1000} s: end it, or try again.`, { cause });
      await delay(LOOK_MS);
    }
  }
}
