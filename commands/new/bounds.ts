import type { Column } from "./columns.ts";

/** Values beyond these shares of all are rare. */
const RARE = 0.001;

/** Beyond `low` and `high` a value is unlike all that was seen, beyond `alarm` far from it. */
export interface Bounds {
  readonly field: string;
  readonly low: number;
  readonly high: number;
  readonly alarm: number;
}

/** Around nearly all that was seen, with a quarter of its span to both sides, and the whole span up to `alarm`; null where nothing varies. */
export function boundsOf({ name, numbers }: Column): Bounds | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const least = sorted[Math.floor(RARE * (sorted.length - 1))]!;
  const most = sorted[Math.ceil((1 - RARE) * (sorted.length - 1))]!;
  const span = most - least;
  if (!(span > 0)) return null;
  return { field: name, low: rounded(least - span / 4, span), high: rounded(most + span / 4, span), alarm: rounded(most + span, span) };
}

/** To a hundredth of the span, so that it reads well. */
function rounded(value: number, span: number): number {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(span)));
  return Number(value.toFixed(Math.min(digits, 12)));
}
