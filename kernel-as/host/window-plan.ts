import { MangroveError } from "../errors.ts";
import type { Aggregate, SlidingSpec, WindowSpec } from "../window-spec.ts";

/** Parts of a pane and kinds of outputs, as assembly/window/plan.ts and describe.ts number them. */
const parts = { none: 0, sum: 1, moments: 2, min: 4, max: 8, first: 16, last: 32, slope: 64, values: 128 } as const;

const kinds = {
  records: 0,
  count: 1,
  nulls: 2,
  ones: 3,
  sum: 4,
  sumOfMoments: 5,
  mean: 6,
  meanOfMoments: 7,
  minOrMax: 8,
  firstOrLast: 9,
  variance: 10,
  stddev: 11,
  slope: 12,
  percentile: 13,
} as const;

interface Output {
  readonly kind: keyof typeof kinds;
  readonly part: keyof typeof parts;
  /** Of the way from the least to the greatest value. */
  readonly fraction?: number;
}

export interface WindowPlan {
  /** Columns that are looked at. A pane has a field for each, in this order. */
  readonly columns: readonly number[];
  /** What `windowsCreate` takes. */
  readonly definition: Uint8Array;
}

/** The definition of readings that are kept for the results of windows, their columns in this order. */
export function planKept(columns: readonly number[]): WindowPlan {
  return planWindows({ kind: "sliding", sizeMs: 1, maxOutOfOrdernessMs: 0, aggregates: [], columns });
}

const HEADER_BYTES = 88;
const NO_FIELD = 0xffff_ffff;

/** The definition of windows as the kernel reads it (drawn in assembly/window/create.ts): of each column only the parts that some aggregate needs. */
export function planWindows(spec: WindowSpec | SlidingSpec): WindowPlan {
  const ofAggregates = spec.aggregates.flatMap((each) => (each.kind === "records" ? [] : [each.column]));
  const columns = [...new Set(spec.kind === "sliding" ? [...ofAggregates, ...(spec.columns ?? [])] : ofAggregates)];
  const needed = columns.map((column) => {
    const own = spec.aggregates.filter((each) => each.kind !== "records" && each.column === column);
    const bits = own.reduce((all, each) => all | parts[outputOf(each, false).part], 0);
    return bits & parts.moments ? bits & ~parts.sum : bits; // sums come from the moments
  });
  const outputs = spec.aggregates.map((aggregate) => {
    const field = aggregate.kind === "records" ? NO_FIELD : columns.indexOf(aggregate.column);
    return { field, ...outputOf(aggregate, ((needed[field] ?? 0) & parts.moments) !== 0) };
  });
  const outputsFrom = (HEADER_BYTES + needed.length * 4 + 7) & ~7;
  const bytes = new DataView(new ArrayBuffer(outputsFrom + outputs.length * 24));
  headerOf(spec).forEach((x, i) => bytes.setFloat64(i * 8, x, true));
  bytes.setUint32(80, needed.length, true);
  bytes.setUint32(84, outputs.length, true);
  needed.forEach((bits, i) => bytes.setUint32(HEADER_BYTES + i * 4, bits, true));
  outputs.forEach(({ kind, field, part, fraction }, i) => {
    const at = outputsFrom + i * 24;
    bytes.setUint32(at, kinds[kind], true);
    bytes.setUint32(at + 4, field, true);
    bytes.setUint32(at + 8, parts[part], true);
    bytes.setFloat64(at + 16, fraction ?? 0, true);
  });
  return { columns, definition: new Uint8Array(bytes.buffer) };
}

function headerOf(spec: WindowSpec | SlidingSpec): number[] {
  if (spec.kind === "sliding") return [2, 0, 0, spec.sizeMs, spec.sizeMs, spec.sizeMs, 0, spec.maxOutOfOrdernessMs, Infinity, Infinity];
  const sizeMs = spec.kind === "session" ? spec.gapMs : spec.sizeMs;
  const hopMs = spec.kind === "hopping" ? spec.hopMs : sizeMs;
  return [
    spec.kind === "session" ? 1 : 0,
    spec.clock === "partition" ? 1 : 0,
    spec.emit === "updates" ? 1 : 0,
    sizeMs,
    hopMs,
    greatestCommonDivisor(sizeMs, hopMs),
    spec.allowedLatenessMs,
    spec.maxOutOfOrdernessMs,
    spec.idleAfterMs ?? Infinity,
    spec.forgetAfterMs ?? Infinity,
  ];
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function outputOf(aggregate: Aggregate, hasMoments: boolean): Output {
  switch (aggregate.kind) {
    case "records":
    case "count":
    case "nulls":
    case "ones":
      return { kind: aggregate.kind, part: "none" };
    case "sum":
      return hasMoments ? { kind: "sumOfMoments", part: "moments" } : { kind: "sum", part: "sum" };
    case "mean":
      return hasMoments ? { kind: "meanOfMoments", part: "moments" } : { kind: "mean", part: "sum" };
    case "min":
    case "max":
      return { kind: "minOrMax", part: aggregate.kind };
    case "first":
    case "last":
      return { kind: "firstOrLast", part: aggregate.kind };
    case "variance":
    case "stddev":
      return { kind: aggregate.kind, part: "moments" };
    case "slope":
      return { kind: "slope", part: "slope" };
    case "median":
      return { kind: "percentile", part: "values", fraction: 0.5 };
    case "percentile":
      return { kind: "percentile", part: "values", fraction: aggregate.percent / 100 };
    default:
      throw new MangroveError("MGV_ARGUMENT", `There is no aggregate ${JSON.stringify(aggregate satisfies never)}.`);
  }
}
