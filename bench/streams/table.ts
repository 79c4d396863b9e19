import { markdownTable } from "../report/markdown.ts";
import { kinds } from "./contestants.ts";
import type { StreamsResult } from "./command.ts";
import type { Spread, StreamRow } from "./rounds.ts";

const titles = { predictions: "A prediction record for each reading", windows: "Windows of 5 minutes every minute, 13 aggregates, a record a window" } as const;

/** A result as Markdown: it is what people read, too. Ratios are ours, on Node, to the peer's: its warm half where it has one. */
export function streamsTable({ rows, failed, absent, runs, readings }: StreamsResult): string {
  const parts = kinds.flatMap((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const ours = own.find(({ peer }) => !peer);
    if (ours === undefined) return [];
    const head = ["", "guarantee", "readings/s", "of which warm", "CPU s a million", "peak MB", "ours: × rate", "÷ CPU", "outputs beside ours"];
    return [`**${titles[kind]}**`, "", markdownTable(head, own.map((row) => cells(row, ours, readings))), ""];
  });
  const out = [...absent.map(({ name, reason }) => `- ${name}: ${reason}`), ...failed.map(({ kind, name, reason }) => `- ${name}, ${kind}: failed. ${reason.split("\n")[0]!.slice(0, 300)}`)];
  return [...parts, ...out, ...(out.length > 0 ? [""] : []), `Medians (least – greatest); runs of each, in turn: ${runs}.`].join("\n");
}

function cells(row: StreamRow, ours: StreamRow, readings: number): string[] {
  const name = row.readings === readings ? row.name : `${row.name}; ${row.readings.toLocaleString("en")} readings`;
  const ratios = row.peer ? [(ours.cold.median / (row.warm ?? row.cold).median).toFixed(2), (row.cpu.median / ours.cpu.median).toFixed(2)] : ["", ""];
  return [name, row.guarantee, whole(row.cold), row.warm ? whole(row.warm) : "", `${row.cpu.median.toPrecision(3)} (${row.cpu.min.toPrecision(3)} – ${row.cpu.max.toPrecision(3)})`, row.peakMb.toFixed(0), ...ratios, row.checked];
}

function whole({ median, min, max }: Spread): string {
  const text = (figure: number) => Number(figure.toPrecision(3)).toLocaleString("en");
  return `${text(median)} (${text(min)} – ${text(max)})`;
}
