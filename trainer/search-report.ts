import { CHANCE_AUC } from "./judgement/verdict.ts";
import type { SearchResult, Trial } from "./search.ts";

/** The trials of a search as a table for people: a line each, the best first. */
export function searchLines({ metric, folds, resource, rungs, trials }: SearchResult): string[] {
  const shareText = (share: number) => (share === 1 ? `all ${resource}` : `1/${Math.round(1 / share)} of the ${resource}`);
  const [best] = trials;
  const race = rungs.map((rung) => `${rung.trials} with ${shareText(rung.share)}`).join(", ");
  const columns: { head: string; cell: (trial: Trial) => string }[] = [
    { head: "rank", cell: ({ rank }) => String(rank) },
    { head: "trial", cell: ({ number }) => String(number) },
    ...rungs.map(({ share }, i) => ({ head: share === 1 ? metric : `on 1/${Math.round(1 / share)}`, cell: ({ losses }: Trial) => digits(losses[i]) })),
    { head: "sd", cell: ({ sd }) => digits(sd) },
    { head: "auc", cell: ({ auc }) => digits(auc?.mean) },
    { head: "rounds", cell: ({ rounds }) => String(rounds) },
  ];
  const lines = [columns.map(({ head }) => head), ...trials.map((trial) => columns.map(({ cell }) => cell(trial)))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const texts = ["parameters", ...trials.map(({ parameters }) => Object.entries(parameters).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(" ") || "as given")];
  return [
    `trials: ${race}; mean ${metric} of ${folds} folds, its sd and the auc on the last rung that a trial came to`,
    ...lines.map((line, row) => `${line.map((cell, i) => cell.padStart(widths[i]!)).join("  ")}  ${texts[row]!}`),
    ...(best && best.auc && best.auc.mean < CHANCE_AUC ? ["Even the best trial ranks no better than chance on these folds: what it was chosen by is noise."] : []),
  ];
}

function digits(value: number | undefined): string {
  return value === undefined ? "-" : value.toFixed(4);
}
