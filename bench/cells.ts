import type { Sample } from "./bench.ts";
import { figureText } from "./figure-text.ts";
import type { Result } from "./measure.ts";
import { median } from "./statistics.ts";

/** A result as the cells of a table: what the columns are, and a row for each contestant. */
export function cellsOf({ unit, rows }: Result): { head: string[]; body: string[][] } {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.timesAsFast)))];
  const samples = rows.flatMap((row) => row.samples);
  const asked = measured.filter(({ of }) => samples.some((sample) => of(sample) !== undefined));
  return {
    head: ["", unit, "min – max", ...peers.map((peer) => `× ${peer}`), ...asked.map(({ name }) => name)],
    body: rows.map((row) => [
      `${row.name}, ${row.host}`,
      figureText(row.median),
      `${figureText(row.min)} – ${figureText(row.max)}`,
      ...peers.map((peer) => row.timesAsFast[peer]?.toPrecision(3) ?? ""),
      ...asked.map(({ of, sum, digits }) => {
        const figures = row.samples.flatMap((sample) => of(sample) ?? []);
        return figures.length > 0 ? sum(figures).toFixed(digits) : "";
      }),
    ]),
  };
}

interface Measured {
  readonly name: string;
  readonly of: (sample: Sample) => number | undefined;
  readonly sum: (figures: readonly number[]) => number;
  readonly digits: number;
}

/** What some benches measure beside time. */
const measured: readonly Measured[] = [
  { name: "main thread, ms", of: ({ mainThreadMs }) => mainThreadMs, sum: median, digits: 0 },
  { name: "test log loss", of: ({ logloss }) => logloss, sum: median, digits: 5 },
  { name: "peak MiB", of: ({ peakMiB }) => peakMiB, sum: (figures) => Math.max(...figures), digits: 0 },
];
