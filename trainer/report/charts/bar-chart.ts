import { html, type Html } from "../html.ts";
import { picture, place, WIDTH } from "./frame.ts";
import { shortened } from "./shortened.ts";

export interface Bar {
  readonly name: string;
  /** 0 or above. */
  readonly value: number;
  /** The value as it is written. */
  readonly text: string;
}

/** A row of a chart, and where its names end. */
export const ROW = 22;
export const NAMES = 166;

/** For the text behind the longest bar. */
const TEXTS = 58;

/** A horizontal bar for each name, from zero to the largest value; null without any. */
export function barChart({ title, says, bars }: { title: string; says: string; bars: readonly Bar[] }): Html | null {
  if (bars.length === 0) return null;
  const most = bars.reduce((largest, { value }) => Math.max(largest, value), 0) || 1;
  const rows = bars.map(({ name, value, text }, i) => {
    const length = place((value / most) * (WIDTH - NAMES - TEXTS));
    return html`${rowName(name, i)}<rect class="bar" x="${NAMES}" y="${i * ROW + 4}" width="${length}" height="${ROW - 8}" rx="2"/><text class="number" x="${NAMES + length + 5}" y="${i * ROW + ROW / 2}" dy="0.35em">${text}</text>`;
  });
  return picture({ title, says, height: bars.length * ROW + 4, content: rows });
}

/** The name of row `i`, short enough to stand left of it, and whole in a tip. */
export function rowName(name: string, i: number): Html {
  return html`<text x="${NAMES - 8}" y="${i * ROW + ROW / 2}" dy="0.35em" text-anchor="end">${shortened(name, NAMES - 12)}<title>${name}</title></text>`;
}
