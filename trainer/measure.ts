import { MangroveError } from "../kernel-as/errors.ts";
import { mustTake } from "../kernel-as/options.ts";
import { bootstrap, type BootstrapOptions, type Intervals } from "./bootstrap.ts";
import { Measured, type Decision, type Measures } from "./metrics.ts";

/** Predictions on rows that their model had not seen. */
export interface Predictions {
  /** 0 or 1. */
  readonly labels: ArrayLike<number>;
  /** 0…1. */
  readonly probabilities: ArrayLike<number>;
  /** Of each row its recording, room or whatever else is no independent witness in itself. */
  readonly groups: ArrayLike<number | string>;
}

export interface MeasureOptions extends BootstrapOptions {
  /** From here on a prediction is positive (0.5); or of each row whether it is. */
  readonly threshold?: Decision;
}

export interface MeasuredGroups {
  readonly all: Measures;
  /** How far another draw of groups might have moved each figure of `all`. */
  readonly intervals: Intervals<Exclude<keyof Measures, "rows" | "positives">>;
  readonly byGroup: ReadonlyMap<number | string, Measures>;
}

const words = ["threshold", "draws", "confidence", "seed"] satisfies (keyof MeasureOptions)[];

/** All figures over all rows, with intervals by drawing groups, and for each group alone. O(draws × rows). Throws `MGV_ARGUMENT`. */
export function measure({ labels, probabilities, groups }: Predictions, options: MeasureOptions = {}): MeasuredGroups {
  mustTake("measure", options, words);
  if (groups.length !== labels.length) throw new MangroveError("MGV_ARGUMENT", `There are ${groups.length} groups for ${labels.length} rows.`);
  const threshold = options.threshold ?? 0.5;
  const measured = new Measured(labels, probabilities, threshold);
  const { names, groupOf } = numbered(groups);
  const measuresOf = measured.measuresBy(groupOf);
  const intervals = bootstrap(
    names.length,
    (weights) => {
      const { rows: _, positives: __, ...figures } = measuresOf(weights);
      return figures;
    },
    options,
  );
  const rowsOf = names.map((): number[] => []);
  groupOf.forEach((group, row) => rowsOf[group]!.push(row));
  const decide = (rows: readonly number[]) => (typeof threshold === "number" ? threshold : rows.map((row) => threshold[row]!));
  const alone = (rows: readonly number[]) => new Measured(rows.map((row) => labels[row]!), rows.map((row) => probabilities[row]!), decide(rows)).measures();
  return { all: measured.measures(), intervals, byGroup: new Map(names.map((name, group) => [name, alone(rowsOf[group]!)])) };
}

/** Distinct groups in the order of their first rows, and the place of each row's group among them. */
export function numbered(groups: ArrayLike<number | string>): { names: (number | string)[]; groupOf: Int32Array } {
  const numbers = new Map<number | string, number>();
  const groupOf = new Int32Array(groups.length);
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!;
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    groupOf[row] = numbers.get(group)!;
  }
  return { names: [...numbers.keys()], groupOf };
}
