import { html, type Html } from "../html.ts";
import { picture, place, WIDTH } from "./frame.ts";
import { shortened } from "./shortened.ts";

export interface HeatMap {
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly says: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** -1…1 for the cell of a row and a column, whose colour it decides; null: there is none. */
  readonly value: (row: number, column: number) => number | null;
  /** Of a cell, for a tip. */
  readonly text: (row: number, column: number) => string;
  /** Every so many columns has its name below. */
  readonly every?: number;
  /** Names of columns stand upright. */
  readonly isUpright?: boolean;
}

/** Depths of colour to either side of 0. */
const DEPTHS = 5;

const NAMES = 106;

/** A grid of cells, the deeper in colour the further from 0; null without any. */
export function heatMap({ title, says, columns, rows, value, text, every = 1, isUpright = false }: HeatMap): Html | null {
  if (columns.length === 0 || rows.length === 0) return null;
  const width = (WIDTH - NAMES - 4) / columns.length;
  const height = isUpright ? width : 24;
  const cells = rows.flatMap((_, row) =>
    columns.map((__, column) => html`<rect class="cell ${shade(value(row, column))}" x="${place(NAMES + column * width)}" y="${place(row * height)}" width="${place(width)}" height="${place(height)}"><title>${text(row, column)}</title></rect>`),
  );
  const sides = rows.map((name, row) => html`<text x="${NAMES - 6}" y="${place((row + 0.5) * height)}" dy="0.35em" text-anchor="end">${shortened(name, NAMES - 10)}</text>`);
  const bottom = place(rows.length * height);
  const feet = columns.map((name, column) => {
    if (column % every !== 0) return null;
    const at = place(NAMES + (column + 0.5) * width);
    return isUpright ? html`<text transform="translate(${at} ${bottom + 6}) rotate(-90)" dy="0.35em" text-anchor="end">${shortened(name, NAMES - 10)}</text>` : html`<text x="${at}" y="${bottom + 15}" text-anchor="middle">${name}</text>`;
  });
  return picture({ title, says, height: bottom + (isUpright ? NAMES : 22), content: [...cells, ...sides, ...feet.filter((foot) => foot !== null)] });
}

function shade(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "none";
  const depth = Math.min(DEPTHS, Math.round(Math.abs(value) * DEPTHS));
  return depth === 0 || value > 0 ? `h${depth}` : `n${depth}`;
}
