import type { Kind } from "./contestants.ts";
import type { Outputs } from "./outputs.ts";

/** Probabilities are f32 on both sides, of sums in other orders; means and deviations are of f32 values, or of f64, by sums of squares. */
const allowed = { predictions: 1e-5, windows: 2e-3 } as const satisfies Record<Kind, number>;

export interface Verdict {
  /** Of theirs that ours has too. */
  readonly compared: number;
  readonly different: number;
  /** Of ours that they lack. */
  readonly missing: number;
  /** The largest difference, of 1 + the magnitude. */
  readonly largest: number;
  /** One that differs, for who looks for the reason. */
  readonly example: string | null;
}

/** What a peer told beside what ours told of the same readings. */
export function verify(kind: Kind, ours: Outputs, theirs: Outputs): Verdict {
  let [compared, different, largest] = [0, 0, 0];
  let example: string | null = null;
  for (const [key, numbers] of theirs) {
    const own = ours.get(key);
    if (own === undefined) continue;
    compared++;
    const isSameCount = kind === "predictions" || own[0] === numbers[0];
    const off = numbers.reduce((most, number, i) => Math.max(most, Math.abs(number - own[i]!) / (1 + Math.abs(own[i]!)) || 0), 0);
    largest = Math.max(largest, off);
    if (isSameCount && off <= allowed[kind] && !numbers.some(Number.isNaN)) continue;
    different++;
    example ??= `${key}: ${numbers.join(" ")}; ours: ${own.join(" ")}`;
  }
  return { compared, different, missing: ours.size - compared, largest, example };
}

/** Why a run does not count; null where it does. Windows at the end may be missing, as some peers tell of them only when more readings come. */
export function faultOf(kind: Kind, { records, readings, verdict, isExact }: { records: number; readings: number; verdict: Verdict | null; isExact: boolean }): string | null {
  if (kind === "predictions" && (records < readings || (isExact && records > readings))) return `${records} predictions of ${readings} readings`;
  if (verdict !== null && verdict.different > 0) return `${verdict.different} of ${verdict.compared} differ from ours, by ${verdict.largest}: ${verdict.example}`;
  if (verdict !== null && verdict.compared < (verdict.compared + verdict.missing) / 2) return `only ${verdict.compared} of ours, ${verdict.missing} are missing`;
  return null;
}
