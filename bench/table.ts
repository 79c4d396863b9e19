import type { Sample } from "./bench.ts";
import type { Result } from "./measure.ts";
import { median } from "./statistics.ts";

/** A result for people. */
export function tableOf({ bench, title, notes, unit, machine, commit, runs, rows, absent }: Result): string {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.timesAsFast)))];
  const trained = rows.some((row) => row.samples.some(({ logloss }) => logloss !== undefined));
  const threads = rows.some((row) => row.samples.some(({ mainThreadMs }) => mainThreadMs !== undefined));
  const head = ["", unit, "min – max", ...peers.map((peer) => `× ${peer}`), ...(threads ? ["main thread, ms"] : []), ...(trained ? ["test log loss", "peak MiB"] : [])];
  const body = rows.map((row) => [
    `${row.name}, ${row.host}`,
    figureText(row.median),
    `${figureText(row.min)} – ${figureText(row.max)}`,
    ...peers.map((peer) => row.timesAsFast[peer]?.toPrecision(3) ?? ""),
    ...(threads ? [mainThreadText(row.samples)] : []),
    ...(trained ? [median(row.samples.map(({ logloss }) => logloss ?? NaN)).toFixed(5), Math.max(...row.samples.map(({ peakMiB }) => peakMiB ?? NaN)).toFixed(0)] : []),
  ]);
  const widths = head.map((title, column) => Math.max(...[head, ...body].map((cells) => cells[column]!.length), title.length));
  const lines = [head, ...body].map((cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("   "));
  return [
    `${bench}: ${title}`,
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; commit ${commit?.replace(/^(.{12})[^+]*/, "$1") ?? "unknown"}`,
    "",
    ...lines,
    ...absent.map(({ name, reason }) => `${name.padEnd(widths[0]!)}   ${reason}`),
    "",
    `Medians; runs of each, in turn: ${runs}.${peers.length > 0 ? " × PEER: how many times as fast as the peer, by medians; above 1 is faster." : ""}`,
    ...notes,
    "",
  ].join("\n");
}

function mainThreadText(samples: readonly Sample[]): string {
  const known = samples.flatMap(({ mainThreadMs }) => mainThreadMs ?? []);
  return known.length > 0 ? median(known).toFixed(0) : "";
}

/** Three digits that count. */
function figureText(figure: number): string {
  return figure < 1000 ? figure.toPrecision(3) : Number(figure.toPrecision(3)).toLocaleString("en");
}
