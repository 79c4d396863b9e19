import { html, type Html } from "../../trainer/report/html.ts";
import { figureText } from "../figure-text.ts";

export interface Bar {
  readonly name: string;
  readonly peer: boolean;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const WIDTH = 720;
const ROW = 24;
const NAMES = 320;
const TEXTS = 80;

/** About what a letter takes. */
const LETTER = 6.1;

/** A bar for each median, from zero, with a line from the least to the greatest run. */
export function bars({ title, says, rows }: { title: string; says: string; rows: readonly Bar[] }): Html {
  const most = Math.max(...rows.map(({ max }) => max)) || 1;
  const at = (value: number) => Math.round(NAMES + (value / most) * (WIDTH - NAMES - TEXTS));
  const drawn = rows.map(({ name, peer, median, min, max }, i) => {
    const middle = i * ROW + ROW / 2;
    const shown = name.length * LETTER > NAMES ? `${name.slice(0, Math.floor(NAMES / LETTER) - 1)}…` : name;
    return html`<g><title>${name}: ${figureText(median)}, ${figureText(min)} – ${figureText(max)}</title><text x="${NAMES - 8}" y="${middle}" dy="0.35em" text-anchor="end">${shown}</text><rect class="${peer ? "peer" : "ours"}" x="${NAMES}" y="${middle - 7}" width="${Math.max(1, at(median) - NAMES)}" height="14" rx="2"/><path class="range" d="M${at(min)} ${middle}H${at(max)}M${at(min)} ${middle - 4}v8M${at(max)} ${middle - 4}v8"/><text class="number" x="${at(Math.max(max, median)) + 7}" y="${middle}" dy="0.35em">${figureText(median)}</text></g>`;
  });
  return html`<figure><figcaption>${title}</figcaption><svg role="img" aria-label="${`${title}. ${says}`}" viewBox="0 0 ${WIDTH} ${rows.length * ROW + 4}">${drawn}</svg></figure>`;
}
