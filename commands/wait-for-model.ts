import { MangroveError } from "../kernel-as/errors.ts";
import { lookAgain } from "./await-model.ts";
import type { Arguments, Flag } from "./command.ts";
import { ensureModel } from "./engine.ts";
import type { Runtime } from "./runtime.ts";
import { tell } from "./terminal.ts";

const MAX_WAIT_MINUTES = 30;

/** How often waiting is told of. */
const PROGRESS_MS = 30_000;

export const modelWaitFlags: readonly Flag[] = [
  { name: "wait-for-model", help: "listen only when there is a model that can be used" },
  { name: "max-wait-minutes", value: "N", help: `with --wait-for-model: end with exit code 1 after so long (${MAX_WAIT_MINUTES})` },
  { name: "create-placeholder", help: "where there is no model, or none after the wait, train the first one, as npm start does" },
  { name: "skip-model-check", help: "listen at once, whether there is a model or not, which is what happens without flags" },
];

/** Does what the flags say before the API listens. Throws `MGV_MODEL_MISSING`, or what is wrong with the file, when the time is up; `MGV_USAGE`; the signal's reason. */
export async function prepareModel(given: Arguments, runtime: Runtime, signal: AbortSignal, now: () => number): Promise<void> {
  const [waits, creates] = [given.has("wait-for-model"), given.has("create-placeholder")];
  const minutes = given.number("max-wait-minutes", { min: 0 });
  if (given.has("skip-model-check") && (waits || creates)) throw new MangroveError("MGV_USAGE", "--skip-model-check listens without a model: leave it out, or leave out --wait-for-model and --create-placeholder.");
  if (minutes !== undefined && !waits) throw new MangroveError("MGV_USAGE", "--max-wait-minutes says how long to wait for a model: give --wait-for-model too.");
  await runtime.models.refresh();
  const isThere = !waits || (await waitFor(runtime, { minutes: minutes ?? MAX_WAIT_MINUTES, signal, now }));
  if (creates) await ensureModel(given, { ...runtime, config: { ...runtime.config, autoTrain: true } }, signal);
  else if (!isThere) throw new MangroveError(runtime.models.problem?.code ?? "MGV_MODEL_MISSING", `No model after ${minutes ?? MAX_WAIT_MINUTES} minutes of waiting. ${runtime.models.problem?.message ?? ""}`.trim());
}

async function waitFor(runtime: Runtime, { minutes, signal, now }: { minutes: number; signal: AbortSignal; now: () => number }): Promise<boolean> {
  const { models } = runtime;
  const startedMs = now();
  let toldMs = -Infinity;
  for (;;) {
    if (models.current) return true;
    const waitedMs = now() - startedMs;
    if (waitedMs >= minutes * 60_000) return false;
    if (waitedMs - toldMs >= PROGRESS_MS) {
      toldMs = waitedMs;
      tell(`model   waiting for one at ${models.path}: ${(waitedMs / 60_000).toFixed(1)} of ${minutes} minutes`);
    }
    await lookAgain(runtime, signal);
  }
}
