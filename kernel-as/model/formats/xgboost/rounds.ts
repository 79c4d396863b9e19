import type { Part } from "./part.ts";

/**
 * Where the rounds of a model begin: `iteration_indptr`, or, in files without it, as many trees a round as there are outputs, each
 * `num_parallel_tree` times. The oldest do not tell that either: then it is how often the first output stands at the beginning, and 1
 * where there is but one output.
 */
export function roundStartsOf(model: Part, { outputs, outputOf }: { outputs: number; outputOf: Int32Array }): Uint32Array {
  const told = model.maybe("iteration_indptr");
  if (told) return Uint32Array.from(told.integers());
  const trees = outputOf.length;
  const parallel = model.maybe("gbtree_model_param")?.maybe("num_parallel_tree")?.count() ?? parallelTrees(outputs, outputOf);
  return evenRounds(trees, outputs * Math.max(parallel, 1));
}

/** Rounds of `perRound` trees each, the last with what is left. */
export function evenRounds(trees: number, perRound: number): Uint32Array {
  const rounds = Math.ceil(trees / perRound);
  return Uint32Array.from({ length: rounds + 1 }, (_, round) => Math.min(round * perRound, trees));
}

export function parallelTrees(outputs: number, outputOf: Int32Array): number {
  if (outputs === 1) return 1;
  const run = outputOf.findIndex((output) => output !== 0);
  return run > 0 && outputOf.length % (run * outputs) === 0 ? run : 1;
}
