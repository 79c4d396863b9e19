import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
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

const SIMULATION = "export a class with description, elapsedMs and next(keys, texts), as pipelines/machine.ts does";

export const PIPELINE = { name: "PIPELINE", help: "a TypeScript file whose default export is a pipeline (the smoke pipeline)", optional: true } as const;

export const windowFlags: readonly Flag[] = [
  { name: "window-duration", value: "SPAN", help: 'of the smoke statistics ("5 minutes")' },
  { name: "slide-duration", value: "SPAN", help: 'how often a window of them begins ("1 minute")' },
];

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/** The pipeline of the file that was named, or smoke. Throws `MGV_FILE_READ`, `MGV_USAGE`, and what the file itself throws. */
export async function pipelineFor(given: Arguments): Promise<PipelineFile> {
  const path = given.optionalOperand(PIPELINE.name);
  const windows = windowFlags.find(({ name }) => given.has(name));
  if (path !== undefined && windows) throw new MangroveError("MGV_USAGE", `--${windows.name} is for the smoke pipeline; ${path} says its windows itself.`);
  if (path === undefined) return { pipeline: windows ? smokeOver(given) : smoke, Simulation: null, isOwn: true };
  const url = await urlOf(path);
  const { default: pipeline, Simulation = null } = (await import(url.href)) as { default?: unknown; Simulation?: Simulation | null };
  if (!(pipeline instanceof Plan)) throw new MangroveError("MGV_USAGE", `${path} has no pipeline for its default export: end it with \`export default pipeline(…)…\`.`);
  if (!isHeard(pipeline)) throw new MangroveError("MGV_USAGE", `The pipeline of ${path} writes nothing and tells nobody. Each step gives a new stream: chain them, or export what the last one gives, and end with .to(topic(…)).`);
  if (Simulation !== null && !isClass(Simulation)) throw new MangroveError("MGV_USAGE", `Simulation of ${path} is no class: ${SIMULATION}.`);
  return { pipeline, Simulation, isOwn: false };
}

/** Looks before importing what a runtime would end with a stack for. */
async function urlOf(path: string): Promise<URL> {
  if (path === "") throw new MangroveError("MGV_USAGE", "The pipeline's file is an empty word: name the file, or leave the word out.");
  const url = pathToFileURL(resolve(path));
  const found = await stat(url).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `There is no pipeline at ${path}: ${(cause as Error).message}`, { cause });
  });
  if (found.isDirectory()) throw new MangroveError("MGV_USAGE", `${path} is a folder: name the pipeline's file in it.`);
  if (!EXTENSIONS.includes(extname(path))) throw new MangroveError("MGV_USAGE", `${path} is no pipeline's file, which ends in ${EXTENSIONS.join(", ")}. Readings are named by --data.`);
  return url;
}

/** Also by who asks a service for predictions. */
function isHeard({ steps }: Pipeline): boolean {
  return steps.some((step) => ["output", "alert", "rules", "anomalies", "score"].includes(step.kind) || (step.kind === "window" && step.late !== null));
}

function isClass(value: unknown): boolean {
  return typeof value === "function" && typeof value.prototype === "object";
}

/** The messages of a pipeline's own simulation. Throws `MGV_USAGE` where it gives none. */
export function simulatedBy(Simulation: Simulation, options: SimulatorOptions): InstanceType<Simulation> {
  const stream = new Simulation(options);
  if (typeof stream.next !== "function") throw new MangroveError("MGV_USAGE", `Simulation of the pipeline's file has no next: ${SIMULATION}.`);
  return stream;
}

function smokeOver(given: Arguments): Pipeline {
  const span = (name: string, otherwise: string) => durationText(durationMs(given.text(name) ?? otherwise, `--${name}`));
  return smokeWith(hopping(span("window-duration", "5m"), span("slide-duration", "1m")));
}
