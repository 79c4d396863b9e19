import type { SensorArrivals } from "./arrivals.ts";
import type { FieldValues } from "./field-values.ts";
import type { StuckField } from "./stuck.ts";

/** Shares, 0…1, and the score of 100 that they make; null where it cannot be told. */
export interface Overall {
  /** Readings that came of those that were expected, times values that are there of those that could be. */
  readonly completeness: number | null;
  /** Values within the range of their field. */
  readonly validity: number | null;
  /** Readings but for those that came again. */
  readonly uniqueness: number | null;
  /** Fields of sensors that are not stuck. */
  readonly steadiness: number | null;
  /** 100 times the product of those that are known. */
  readonly score: number | null;
}

interface Looked {
  readonly arrivals: readonly SensorArrivals[];
  readonly values: readonly FieldValues[];
  readonly stuck: readonly StuckField[];
  /** Fields that can be stuck. */
  readonly features: number;
}

export function overallOf({ arrivals, values, stuck, features }: Looked): Overall {
  const rated = arrivals.filter(({ share }) => share !== null);
  const expected = sum(rated, ({ expected }) => expected!);
  const came = sum(rated, ({ share, expected }) => share! * expected!);
  const readings = sum(arrivals, ({ readings }) => readings);
  const known = sum(values, (each) => each.values);
  const possible = known + sum(values, ({ missing }) => missing);
  const present = arrivals.filter((each) => each.readings > 0).length;
  const parts = {
    completeness: ratio(came, expected) === null || possible === 0 ? null : (came / expected) * (known / possible),
    validity: ratio(known - sum(values, ({ belowRange, aboveRange }) => belowRange + aboveRange), known),
    uniqueness: ratio(readings - sum(arrivals, ({ duplicates }) => duplicates), readings),
    steadiness: ratio(present * features - stuck.length, present * features),
  };
  const shares = Object.values(parts).filter((share) => share !== null);
  return { ...parts, score: shares.length === 0 ? null : 100 * shares.reduce((product, share) => product * share, 1) };
}

function sum<Each>(all: readonly Each[], of: (each: Each) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
