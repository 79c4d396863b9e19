import { splittableBins } from "../../model/feature-bins.ts";
import { mostLeaves, outputsOf, type TrainingInput } from "../../model/training.ts";
import type { BinnedRows } from "./binned-rows.ts";
import type { Blocks } from "../blocks.ts";
import type { Kernel } from "../kernel.ts";

/** The kernel's numbers of objectives: assembly/train/settings.ts. */
const objectives = { "reg:squarederror": 0, "binary:logistic": 1, "multi:softprob": 2, "multi:softmax": 2 } as const;

const FEATURE_BYTES = 8;

/** Which of the features' groups a thread looks at: those whose number is `number` modulo `of`. */
export interface Share {
  readonly number: number;
  readonly of: number;
}

/** Writes what the kernel is told of a training, in the order of assembly/train/settings.ts; returns where it is. */
export function writeSettings(kernel: Kernel, blocks: Blocks, { parameters, bins }: TrainingInput, { rows, ...at }: BinnedRows, share: Share): number {
  const { monotone_constraints: monotone, interaction_constraints: sets } = parameters;
  const goss = parameters.sampling_method === "goss";
  return blocks.allocateFor(
    Float64Array.of(
      rows,
      bins.length,
      outputsOf(parameters),
      objectives[parameters.objective],
      Number(parameters.quantized),
      Number(parameters.grow_policy === "lossguide"),
      parameters.max_depth,
      mostLeaves(parameters, rows),
      parameters.eta,
      parameters.lambda,
      parameters.alpha,
      parameters.gamma,
      parameters.min_child_weight,
      parameters.min_data_in_leaf,
      parameters.max_delta_step,
      parameters.scale_pos_weight,
      parameters.seed,
      goss ? 1 : parameters.subsample,
      goss ? parameters.top_rate : 0,
      parameters.other_rate,
      parameters.colsample_bytree,
      parameters.colsample_bynode,
      parameters.max_cat_to_onehot,
      parameters.max_cat_threshold,
      at.bins,
      at.labels,
      at.weights,
      featureTable(kernel, blocks, bins, monotone),
      sets === null ? 0 : interactionSets(kernel, blocks, sets, bins.length),
      sets?.length ?? 0,
      parameters.cat_smooth,
      parameters.cat_l2,
      Number(monotone !== null),
      share.number,
      share.of,
    ),
  );
}

function featureTable(kernel: Kernel, blocks: Blocks, bins: TrainingInput["bins"], monotone: readonly number[] | null): number {
  const table = blocks.allocate(bins.length * FEATURE_BYTES);
  bins.forEach((each, feature) => {
    const entry = kernel.bytes(table + feature * FEATURE_BYTES, FEATURE_BYTES);
    entry.setUint32(0, splittableBins(each), true);
    entry.setInt8(4, monotone?.[feature] ?? 0);
    entry.setUint8(5, Number(each.kind === "categorical"));
  });
  return table;
}

function interactionSets(kernel: Kernel, blocks: Blocks, sets: readonly (readonly number[])[], features: number): number {
  const at = blocks.allocate(sets.length * features);
  const members = kernel.u8(at, sets.length * features).fill(0);
  sets.forEach((set, i) => {
    for (const feature of set) members[i * features + feature] = 1;
  });
  return at;
}
