import { cellsOf } from "./cells.ts";
import type { Result } from "./measure.ts";
import { shortCommit } from "./report/short-commit.ts";

/** A result for people. */
export function tableOf(result: Result): string {
  const { bench, title, notes, machine, commit, runs, absent } = result;
  const { head, body } = cellsOf(result);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column]!.length)));
  const lines = [head, ...body].map((cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("   "));
  const hasPeers = head.some((name) => name.startsWith("× "));
  return [
    `${bench}: ${title}`,
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; commit ${shortCommit(commit)}`,
    "",
    ...lines,
    ...absent.map(({ name, reason }) => `${name.padEnd(widths[0]!)}   ${reason}`),
    "",
    `Medians; runs of each, in turn: ${runs}.${hasPeers ? " × PEER: how many times as fast as the peer, by medians; above 1 is faster." : ""}`,
    ...notes,
    "",
  ].join("\n");
}
