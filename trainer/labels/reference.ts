import type { Label } from "../../engine/history/labels.ts";

/**
 * The label of a reading: the last word of those that mean its sensor and its time, else its own (NaN where it has none). Looks at every label.
 *
 *     said first   [ 1 ──────────────── )
 *     said later          [ 0 ──── )
 *     label         1 1 1 1 0 0 0 0 1 1  own
 */
export function labelAt(labels: readonly Label[], sensor: string, timeMs: number, own: number): number {
  let last: Label | null = null;
  for (const each of labels) {
    if (each.sensor !== sensor || timeMs < each.fromMs || timeMs >= each.toMs) continue;
    if (last === null || isLater(each, last)) last = each;
  }
  return last?.label ?? own;
}

/** Two writers may say something at one moment under one number: then fire wins, so that the order of files decides nothing. */
function isLater(a: Label, b: Label): boolean {
  if (a.givenMs !== b.givenMs) return a.givenMs > b.givenMs;
  if (a.number !== b.number) return a.number > b.number;
  return a.label > b.label;
}
