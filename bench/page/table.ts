import { markdownTable } from "../report/markdown.ts";
import { median } from "../statistics.ts";
import type { PageResult } from "./command.ts";

/** A result as Markdown: it is what people read, too. */
export function pageTable({ browser, sensors, loads, watched }: PageResult): string {
  const row = (name: string, samples: readonly number[], digits = 0) => [name, ...[median(samples), Math.min(...samples), Math.max(...samples)].map((figure) => figureText(figure, digits))];
  const many = `${sensors.toLocaleString("en")} sensors`;
  const table = markdownTable(
    ["", "median", "min", "max"],
    [
      row("first load of 12 sensors, kB", loads.map(({ bytes }) => bytes / 1000)),
      row("first paint of it, ms", loads.map(({ firstPaintMs }) => firstPaintMs)),
      row(`${many}, watched and scrolled for ten seconds: tasks of the main thread`, watched.map(({ tasks }) => tasks)),
      row("the longest of them, ms of the processor", watched.map(({ longestTaskMs }) => longestTaskMs), 1),
      row("the longest of them, ms by the clock", watched.map(({ longestTaskByClockMs }) => longestTaskByClockMs), 1),
    ],
  );
  return `${table}\n\nService and ${browser} on the same cores. Loads: ${loads.length}; times ten seconds: ${watched.length}.`;
}

function figureText(figure: number, digits: number): string {
  return figure.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
