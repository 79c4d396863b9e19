import { printable } from "../terminal.ts";
import type { FeatureSummary } from "./summary.ts";

/** Features that the table shows. */
const MOST_ROWS = 15;

/** The features that gain most, with their share of the gain; those with most splits in a file that has no gains. */
export function featureTable(features: readonly FeatureSummary[]): string[] {
  const total = features.reduce((sum, { gain }) => sum + gain, 0);
  const rows = features.toSorted((a, b) => b.gain - a.gain || b.splits - a.splits || a.index - b.index).slice(0, MOST_ROWS);
  if (rows.length === 0) return [];
  const cells = rows.map(({ index, name, splits, gain, ...kind }) => [
    String(index),
    clip(printable(name), 40),
    total > 0 ? `${((gain / total) * 100).toFixed(1)} %` : "-",
    String(splits),
    clip(printable(kindOf(kind)), 50),
  ]);
  const table = [["#", "feature", "gain", "splits", ""], ...cells];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) => row.map((cell, column) => (column === 1 || column === 4 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  "));
  const more = features.length - rows.length;
  return [...lines.map((text) => `  ${text}`.trimEnd()), ...(more > 0 ? [`  … and ${more} more: --json lists all`] : [])];
}

function kindOf({ type, categories }: Pick<FeatureSummary, "type" | "categories">): string {
  if (categories !== null) return `one of ${categories.length}: ${categories.slice(0, 10).map((name) => JSON.stringify(name)).join(", ")}`;
  return type === null ? "" : type === "c" ? "category" : type;
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
