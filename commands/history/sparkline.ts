import { numberOf } from "../../engine/history/values.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import type { Output } from "../standard-output.ts";
import type { ResultWriter } from "./result-writer.ts";

const BARS = "▁▂▃▄▅▆▇█";

/** One line of at most `width` bars, each the mean of the rows that fall to it; what is no number leaves a gap. */
export function sparklineWriter(output: Output, { column, width }: { column: string; width: number }): ResultWriter {
  const values: number[] = [];
  return {
    take: async (columns, rows) => {
      const place = columns.findIndex((name) => name.toLowerCase() === column.toLowerCase());
      if (place === -1) throw new MangroveError("MGV_USAGE", `--spark must be a column of the query: ${columns.join(", ")}; not "${column}".${didYouMean(column, columns)}`);
      for (const row of rows) values.push(numberOf(row[place]!));
      return true;
    },
    end: async () => {
      const numbers = values.filter((value) => !Number.isNaN(value));
      if (values.length > 0 && numbers.length === 0) throw new MangroveError("MGV_USAGE", `--spark needs a column of numbers, and ${column} has none.`);
      await output.write(`${sparkline(values, width)}\n${summaryOf(column, numbers)}\n`);
    },
  };
}

export function sparkline(values: readonly number[], width: number): string {
  const bars = Array.from({ length: Math.min(width, values.length) }, (_, i, all = Math.min(width, values.length)) => meanOf(values.slice(Math.floor((i * values.length) / all), Math.floor(((i + 1) * values.length) / all))));
  const [least, most] = bounds(bars.filter((bar) => !Number.isNaN(bar)));
  return bars.map((bar) => (Number.isNaN(bar) ? " " : BARS[most === least ? 0 : Math.min(7, Math.floor(((bar - least) / (most - least)) * 8))]!)).join("");
}

function summaryOf(column: string, numbers: readonly number[]): string {
  if (numbers.length === 0) return `${column}: no rows`;
  const [least, most] = bounds(numbers);
  return `${column}: ${numbers.length} values from ${least} to ${most}, mean ${Number(meanOf(numbers).toPrecision(6))}`;
}

function bounds(numbers: readonly number[]): [least: number, most: number] {
  return numbers.reduce<[number, number]>(([least, most], each) => [Math.min(least, each), Math.max(most, each)], [Infinity, -Infinity]);
}

/** Of those that are numbers; NaN of none. */
function meanOf(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
