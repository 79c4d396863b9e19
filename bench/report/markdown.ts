import type { Began } from "../machine.ts";
import { shortCommit } from "./short-commit.ts";

/** Where and when it was measured. */
export function markdownHead({ machine, date, commit }: Began): string {
  return `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; ${date.slice(0, 10)}, commit ${shortCommit(commit)}.`;
}

export function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
