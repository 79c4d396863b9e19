import type { FieldReference } from "../../kernel-as/model/field-reference.ts";

/** How the values of a field that were seen lie to the edges of its reference. */
export interface FieldSeen {
  readonly count: number;
  readonly missing: number;
  /** Values up to each edge of the reference. */
  readonly upTo: readonly number[];
  /** By how much the values below the least edge are below it, and those above the greatest above it, summed. */
  readonly below: number;
  readonly above: number;
}

/** Up to so many rows of a reference chance alone moves a distance, so that it is asked how likely it is. */
const FEW_ROWS = 1000;

/** Fewer values of a field say nothing. */
export const LEAST_VALUES = 100;

/** A share of the fields from which on the readings as a whole have drifted. */
export const DATASET_SHARE = 0.5;

const WASSERSTEIN_THRESHOLD = 0.1;

/** At a confidence of 0.95. */
const KS_FACTOR = 1.358;

/** In place of no share at all, whose logarithm would be without bound. */
const LEAST_SHARE = 0.0001;

const LEAST_DEVIATION = 0.001;

export interface FieldDrift {
  readonly method: "wasserstein" | "ks";
  readonly distance: number;
  /** From here on it has drifted. */
  readonly threshold: number;
  readonly drifted: boolean;
  readonly psi: number;
}

/** How far the values seen lie from the reference, by the method that suits its rows; null where there are too few. */
export function fieldDrift(reference: FieldReference, seen: FieldSeen): FieldDrift | null {
  if (seen.count < LEAST_VALUES || reference.count === 0) return null;
  const measured = reference.count > FEW_ROWS
    ? { method: "wasserstein" as const, distance: wasserstein(reference, seen), threshold: WASSERSTEIN_THRESHOLD }
    : { method: "ks" as const, distance: kolmogorovSmirnov(reference, seen), threshold: KS_FACTOR * Math.sqrt(1 / reference.count + 1 / seen.count) };
  return { ...measured, drifted: measured.distance >= measured.threshold, psi: stabilityIndex(reference, seen) };
}

/** The mean way from one distribution to the other, in standard deviations of the reference; exact outside of its range, and inside of it to what lies between two edges. */
export function wasserstein(reference: FieldReference, seen: FieldSeen): number {
  const { edges, deviation } = reference;
  const gaps = gapsOf(reference, seen);
  let area = (seen.below + seen.above) / seen.count;
  for (let i = 1; i < edges.length; i++) area += areaBetween(gaps[i - 1]!, gaps[i]!) * (edges[i]! - edges[i - 1]!);
  return area / Math.max(deviation, LEAST_DEVIATION);
}

/** The greatest difference of both shares up to a value, looked at where the edges are. */
export function kolmogorovSmirnov(reference: FieldReference, seen: FieldSeen): number {
  return Math.max(...gapsOf(reference, seen).map(Math.abs));
}

/** PSI, over the bins between edges; what lies outside of them counts to the nearest. */
export function stabilityIndex({ count, counts }: FieldReference, seen: FieldSeen): number {
  const last = counts.length - 1;
  return counts.reduce((sum, each, i) => {
    const now = (i === last ? seen.count : seen.upTo[i]!) - (i === 0 ? 0 : seen.upTo[i - 1]!);
    const [expected, actual] = [Math.max(each / count, LEAST_SHARE), Math.max(now / seen.count, LEAST_SHARE)];
    return sum + (actual - expected) * Math.log(actual / expected);
  }, 0);
}

/** Share of the values seen up to each edge less that of the reference. */
function gapsOf({ count, counts }: FieldReference, seen: FieldSeen): number[] {
  let upTo = 0;
  return counts.map((each, i) => seen.upTo[i]! / seen.count - (upTo += each) / count);
}

/** Below a line from `a` to `b` over a width of 1, all of it taken as positive. */
function areaBetween(a: number, b: number): number {
  if (a * b >= 0) return Math.abs(a + b) / 2;
  return (a * a + b * b) / (2 * (Math.abs(a) + Math.abs(b)));
}
