import { constantForms, type Form } from "../model/codegen/form.ts";
import type { PackedTree } from "../model/pack/packed-tree.ts";
import { Blocks } from "./blocks.ts";
import type { Evaluator } from "./evaluator.ts";
import { Generated, hasLaneselect } from "./generated.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Kernel } from "./kernel.ts";
import { BLOCK } from "./ranker.ts";

/** More operations than this make a module that takes seconds to compile and falls out of the instruction cache: such a forest stays interpreted. */
const MOST_OPERATIONS = 65_536;

/** What trying one form costs, at most while it is no faster than what there is, and how long the event loop waits for it at a time. */
const TRIAL_MS = 50;
const LONGEST_TRIAL_MS = 250;
const SLICE_MS = 4;

/** The form that was fastest for the first forest of this process: an engine does not change its liking. */
let liked: Form["constants"] | null = null;

export interface ChoiceOptions {
  readonly kernel: Kernel;
  readonly trees: readonly PackedTree[];
  readonly outputs: number;
  readonly columns: number;
  readonly interpreter: Interpreter;
  readonly signal: AbortSignal;
}

/**
 * The generated module that runs these trees faster than the interpreter does, or null when none does or there are too many. Code is warmed up first, on
 * rows of zeros, in slices between turns of the event loop; the first time in a process each form is tried.
 */
export async function chooseGenerated(options: ChoiceOptions): Promise<Generated | null> {
  const { kernel, trees, interpreter, signal } = options;
  if (trees.reduce((sum, { column }) => sum + column.length, 0) > MOST_OPERATIONS || trees.length === 0) return null;
  using trial = new Trial(options);
  const choice = choiceHere();
  let best: Generated | null = null;
  let bestMs = await trial.run(interpreter, Infinity, signal);
  for (const constants of liked ? [liked] : constantForms) {
    if (signal.aborted) break;
    const generated = await Generated.compile(kernel, trees, { constants, choice });
    const ms = signal.aborted ? Infinity : await trial.run(generated, bestMs, signal);
    if (ms < bestMs) {
      best?.[Symbol.dispose]();
      best = generated;
      bestMs = ms;
    } else {
      generated[Symbol.dispose]();
    }
  }
  if (signal.aborted) {
    best?.[Symbol.dispose]();
    return null;
  }
  liked ??= best?.form.constants ?? null;
  return best;
}

/** The module in the form that is liked, or in the first. */
export function generateAtOnce({ kernel, trees }: ChoiceOptions): Promise<Generated> {
  return Generated.compile(kernel, trees, { constants: liked ?? constantForms[0]!, choice: choiceHere() });
}

function choiceHere(): Form["choice"] {
  return hasLaneselect() ? "laneselect" : "max";
}

/** Runs evaluators on a block of its own. */
class Trial implements Disposable {
  readonly #blocks: Disposable;
  readonly #bins: number;
  readonly #sums: number;

  constructor({ kernel, columns, outputs }: ChoiceOptions) {
    using constructing = new DisposableStack();
    const blocks = constructing.use(new Blocks(kernel));
    this.#bins = blocks.allocateFor(new Uint8Array(columns * BLOCK).fill(128));
    this.#sums = blocks.allocateFor(new Float64Array(outputs * BLOCK));
    this.#blocks = constructing.move();
  }

  /** The shortest time of one block, in milliseconds: that of code that the engine has optimised, if it does so in time. Goes on longer while it does not beat `toBeatMs`. */
  async run(evaluator: Evaluator, toBeatMs: number, signal: AbortSignal): Promise<number> {
    let best = Infinity;
    for (let spent = 0; spent < (best < toBeatMs ? TRIAL_MS : LONGEST_TRIAL_MS) && !signal.aborted; ) {
      await new Promise((resolve) => setTimeout(resolve)); // pages have no setImmediate
      for (const slice = performance.now(); performance.now() - slice < SLICE_MS && !signal.aborted; ) {
        const start = performance.now();
        evaluator.addTo(this.#sums, this.#bins, BLOCK);
        const took = performance.now() - start;
        best = Math.min(best, took);
        spent += took;
      }
    }
    return best;
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]();
  }
}
