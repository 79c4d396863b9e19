import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { referenceLeaves, referenceMargins } from "../../kernel-as/model/reference.ts";
import { random } from "../fixtures/random.ts";
import { mutate } from "./mutate.ts";

/** A broken file of some kilobytes must be told from a good one within this, of the thread's own time: what else the machine does takes none of it. */
const LONGEST_MS = 2000;

/** Models that say they read more features than this are read, not scored: a row of theirs is only long. */
const MOST_FEATURES = 4096;

/** More than the interpreter leaves to the walk. */
const ROWS = 17;

/** A module takes a millisecond: one mutation in so many is scored by one too. */
const GENERATED_EVERY = 20;

export interface FuzzReport {
  /** Mutations that were told to be broken. */
  readonly refused: number;
  /** Mutations that are models still, and score as the oracle does. */
  readonly scored: number;
  readonly slowestMs: number;
}

/** The small models of every kind. */
export function corpus(): { name: string; bytes: Uint8Array }[] {
  const folder = fileURLToPath(new URL("../goldens/", import.meta.url));
  return ["xgboost", "lightgbm"].flatMap((family) =>
    readdirSync(join(folder, family))
      .filter((name) => !name.endsWith(".expected.json"))
      .sort()
      .map((name) => ({ name: `${family}/${name}`, bytes: new Uint8Array(readFileSync(join(folder, family, name))) })),
  );
}

/**
 * Reads `runs` mutations of the models. Each must either be refused by an error of the closed list, or be a model whose margins by the kernel are the
 * oracle's, and which is explained or refused in words. Throws with the seed of the mutation otherwise: `fuzzModels(kernel, 1, seed)` does that one again.
 */
export async function fuzzModels(kernel: Kernel, runs: number, firstSeed: number, onRun: (run: number) => void = () => {}): Promise<FuzzReport> {
  const files = corpus();
  let refused = 0;
  let scored = 0;
  let slowestMs = 0;
  for (let run = 0; run < runs; run++) {
    const seed = firstSeed + run;
    const { name, bytes } = files[seed % files.length]!;
    const startedMs = threadMs();
    try {
      if (await survives(kernel, mutate(bytes, random(seed * 2_654_435_761)), seed)) scored++;
      else refused++;
    } catch (cause) {
      throw new Error(`seed ${seed}, a mutation of ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    const tookMs = threadMs() - startedMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > LONGEST_MS) throw new Error(`seed ${seed}, a mutation of ${name}: took ${tookMs.toFixed(0)} ms`);
    onRun(run);
  }
  return { refused, scored, slowestMs };
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Null where an error of ours says in words what is wrong with the model. */
function unlessRefused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof MangroveError && thrown.code.startsWith("MGV_MODEL_")) return null;
    throw thrown;
  }
}

async function survives(kernel: Kernel, bytes: Uint8Array, seed: number): Promise<boolean> {
  const model = unlessRefused(() => readModel(bytes).model);
  if (model === null) return false;
  if (model.featureCount > MOST_FEATURES) {
    using forest = new Forest(kernel, model);
    const names = unlessRefused(() => forest.features);
    if (forest.featureCount !== model.featureCount || (names !== null && names.length !== model.featureCount)) throw new Error(`there are not ${model.featureCount} features`);
    return true;
  }
  const width = model.featureCount;
  const next = random(seed);
  const count = width === 0 ? 0 : ROWS;
  const rows = Float64Array.from({ length: count * width }, () => (next() < 0.1 ? NaN : next() * 20 - 10));
  const row = (i: number) => rows.subarray(i * width, (i + 1) * width);
  const expected = Array.from({ length: count }, (_, i) => referenceMargins(model, row(i))).flat();
  for (const tier of seed % GENERATED_EVERY === 0 ? (["walk", "interpreter", "generated"] as const) : (["walk", "interpreter"] as const)) {
    using forest = new Forest(kernel, model, { tier });
    await forest.ready();
    const margins = forest.margins(rows);
    const odd = expected.findIndex((margin, i) => !Object.is(margin, margins[i]));
    if (odd !== -1) throw new Error(`${tier} gives ${margins[odd]}, the oracle ${expected[odd]}`);
    if (tier !== "walk") continue;
    explain(forest, rows);
    const leaves = forest.leaves(rows);
    if (Array.from({ length: count }, (_, i) => referenceLeaves(model, row(i))).flat().some((leaf, i) => leaf !== leaves[i])) throw new Error("the leaves are not the oracle's");
  }
  return true;
}

/** Covers may be any numbers in a mutation, so there is nothing to compare contributions with. */
function explain(forest: Forest, rows: Float64Array): void {
  try {
    forest.contributions(rows);
  } catch (thrown) {
    if (!(thrown instanceof MangroveError) || (thrown.code !== "MGV_MODEL_COVER" && thrown.code !== "MGV_MODEL_UNSUPPORTED")) throw thrown;
  }
}
