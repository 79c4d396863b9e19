import { html, type Html } from "../html.ts";
import { NAMES, ROW, rowName } from "./bar-chart.ts";
import { picture, place, WIDTH } from "./frame.ts";
import { linearScale } from "./scale.ts";

export interface SwarmRow {
  readonly name: string;
  readonly points: readonly SwarmPoint[];
}

interface SwarmPoint {
  /** What is known of the row; null where it is missing. */
  readonly value: number | null;
  readonly contribution: number;
}

/** Colours from the lowest to the highest value of a row. */
const COLOURS = 5;

/** Dots nearer to each other than this along the axis are put apart across it. */
const DOT = 3;

/** A row of dots for each name: where they lie says what was added, their colour how high the value was among those of its row. */
export function swarm({ title, says, axis, rows }: { title: string; says: string; axis: string; rows: readonly SwarmRow[] }): Html | null {
  const sizes = rows.flatMap(({ points }) => points.map(({ contribution }) => contribution));
  if (sizes.length === 0) return null;
  const [least, most] = sizes.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [0, 0]);
  const scale = linearScale(least, most, [NAMES + 6, WIDTH - 14]);
  const bottom = rows.length * ROW;
  const grid = scale.ticks.map(({ value, label }) => {
    const at = place(scale.at(value));
    return html`<path class="${value === 0 ? "zero" : "grid"}" d="M${at} 0V${bottom}"/><text x="${at}" y="${bottom + 15}" text-anchor="middle">${label}</text>`;
  });
  const name = html`<text class="axis" x="${WIDTH - 14}" y="${bottom + 34}" text-anchor="end">${axis}</text>`;
  const content = [...grid, name, ...rows.map((row, i) => html`${rowName(row.name, i)}${dots(row.points, i, (value) => scale.at(value))}`)];
  const keys = Array.from({ length: COLOURS }, (_, i) => html`<path class="dots v${i}" d="M${5 + i * 9} 4h0"/>`);
  const legend = html`<ul class="legend"><li>low<svg class="swatch keys" aria-hidden="true" viewBox="0 0 46 8">${keys}</svg>high value</li><li><svg class="swatch" aria-hidden="true" viewBox="0 0 10 8"><path class="dots missing" d="M5 4h0"/></svg>missing</li></ul>`;
  return picture({ title, says, legend, height: bottom + 42, content });
}

/** A path of dots for each colour: lines of no length with round ends. */
function dots(points: readonly SwarmPoint[], row: number, at: (contribution: number) => number): Html[] {
  const known = points.flatMap(({ value }) => (value === null ? [] : [value])).sort((a, b) => a - b);
  const rankOf = new Map(known.map((value, rank) => [value, rank]));
  const paths = new Map<string, string>();
  const stacked = new Map<number, number>();
  for (const { value, contribution } of points.toSorted((a, b) => a.contribution - b.contribution)) {
    const x = at(contribution);
    const column = Math.round(x / DOT);
    const before = stacked.get(column) ?? 0;
    stacked.set(column, before + 1);
    const away = ((before % 2 === 0 ? 1 : -1) * Math.ceil(before / 2) * 1.6) % (ROW / 2 - 2);
    const colour = value === null ? "missing" : `v${Math.min(COLOURS - 1, Math.floor((rankOf.get(value)! / known.length) * COLOURS))}`;
    paths.set(colour, `${paths.get(colour) ?? ""}M${place(x)} ${place(row * ROW + ROW / 2 + away)}h0`);
  }
  return Array.from(paths, ([colour, path]) => html`<path class="dots ${colour}" d="${path}"/>`);
}
