import { readFile, stat } from "node:fs/promises";
import { MangroveError } from "../kernel-as/errors.ts";
import type { About, Registry } from "../trainer/registry/registry.ts";
import { announcer } from "./announce.ts";
import type { Arguments, Command } from "./command.ts";
import { refuseFolder } from "./model/file.ts";
import { gateFlags, judgeByHistory, newestDaysLine } from "./model/gate.ts";
import { aboutFlags, aboutOf, fitCheck, notKept, openRegistry } from "./model/model-registry.ts";
import { tellChampion } from "./model/tell-champion.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { printable, tell } from "./terminal.ts";

export const modelPromoteCommand: Command = {
  name: "model promote",
  summary: "makes a model the champion: one that is kept, or a file of XGBoost or LightGBM",
  operands: [{ name: "MODEL", help: "a version, its first digits, challenger, or a file" }, PIPELINE],
  flags: [...gateFlags, ...aboutFlags],
  examples: ["npm run -s mangrove -- model promote challenger", 'npm run -s mangrove -- model promote 3f1c0a9be27d --reason "fewer false alarms in the kitchen"', "npm run -s mangrove -- model promote lightgbm.txt --gated"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    const registry = await openRegistry(runtime, announcer(given, runtime));
    const name = given.operand("MODEL");
    const isFile = (await stat(name).catch(() => null)) !== null;
    const about = aboutOf(given, isFile ? `promoted from ${name}` : "promoted by hand");
    const version = isFile ? await keepFile(registry, runtime, { path: name, by: about.by }) : (await registry.find(name))?.version;
    if (version === undefined) throw notKept(name, runtime.models.path);
    if (given.has("gated") && !(await passes(given, runtime, { registry, version, about }, signal))) return 1;
    await tellChampion(await registry.promote(version, about), given);
    return 0;
  },
};

/** A model that does not pass is kept with its report and the reasons. */
async function passes(given: Arguments, runtime: Runtime, { registry, version, about }: { registry: Registry; version: string; about: About }, signal: AbortSignal): Promise<boolean> {
  const { path } = (await registry.find(version))!;
  const bytes = await readFile(path);
  const report = await judgeByHistory(given, runtime, { registry, version, bytes }, signal);
  const { isPassed, reasons, note } = report;
  tell(newestDaysLine(version, report));
  if (note !== null) tell(printable(note));
  await registry.keep(bytes, { by: about.by, verdict: isPassed ? "challenger" : "refused", reasons: [...reasons], report });
  if (!isPassed) tell(printable(`it is refused and kept; the model in use stays: ${reasons.join(" ")}`));
  return isPassed;
}

/** Nothing is kept of a file that does not fit. */
async function keepFile(registry: Registry, { pipeline }: Runtime, { path, by }: { path: string; by: string }): Promise<string> {
  await refuseFolder(path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
  try {
    fitCheck(pipeline)(bytes);
  } catch (thrown) {
    const { code, message, cause } = MangroveError.from(thrown);
    throw new MangroveError(code, `${path}: ${message}`, { cause });
  }
  return (await registry.keep(bytes, { by, verdict: "challenger", reasons: [`read from ${path}`] })).version;
}
