import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { durationMs, durationText } from "../engine/pipeline/duration.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { Plan } from "../engine/pipeline/plan.ts";
import { hopping } from "../engine/pipeline/window-kind.ts";
import type { MessageStream } from "../engine/simulator/message-stream.ts";
import type { SimulatorOptions } from "../engine/simulator/options.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import smoke, { smokeWith } from "../pipelines/smoke.ts";
import type { Arguments, Flag } from "./command.ts";

/** What a pipeline's file may export beside the pipeline: messages to try it with. */
export type Simulation = (new (options: SimulatorOptions) => MessageStream & { readonly description: string }) & {
  /** Whether it does what its options say of faults; one that does not is never asked for some. */
  readonly takesFaults?: boolean;
};

export interface PipelineFile {
  readonly pipeline: Pipeline;
  /** Null: simulated rooms, which only the smoke pipeline understands. */
  readonly Simulation: Simulation | null;
  /** It is the smoke pipeline that comes along. */
  readonly isOwn: boolean;
}

export const PIPELINE = { name: "PIPELINE", help: "a TypeScript file whose default export is a pipeline (the smoke pipeline)", optional: true } as const;

export const windowFlags: readonly Flag[] = [
  { name: "window-duration", value: "SPAN", help: 'of the smoke statistics ("5 minutes")' },
  { name: "slide-duration", value: "SPAN", help: 'how often a window of them begins ("1 minute")' },
];

/** The pipeline of the file that was named, or smoke. Throws `MGV_FILE_READ`, `MGV_USAGE`, and what the file itself throws. */
export async function pipelineFor(given: Arguments): Promise<PipelineFile> {
  const path = given.optionalOperand(PIPELINE.name);
  const windows = windowFlags.find(({ name }) => given.has(name));
  if (path !== undefined && windows) throw new MangroveError("MGV_USAGE", `--${windows.name} is for the smoke pipeline; ${path} says its windows itself.`);
  if (path === undefined) return { pipeline: windows ? smokeOver(given) : smoke, Simulation: null, isOwn: true };
  const url = pathToFileURL(resolve(path));
  await access(url).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `There is no pipeline at ${path}: ${(cause as Error).message}`, { cause });
  });
  const exported = (await import(url.href)) as { default?: unknown; Simulation?: Simulation };
  if (!(exported.default instanceof Plan)) throw new MangroveError("MGV_USAGE", `${path} has no pipeline for its default export: end it with \`export default pipeline(…)…\`.`);
  return { pipeline: exported.default, Simulation: exported.Simulation ?? null, isOwn: false };
}

function smokeOver(given: Arguments): Pipeline {
  const span = (name: string, otherwise: string) => durationText(durationMs(given.text(name) ?? otherwise, `--${name}`));
  return smokeWith(hopping(span("window-duration", "5m"), span("slide-duration", "1m")));
}
