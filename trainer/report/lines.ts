import { describeTrainedOn, type ModelCard } from "../../kernel-as/model/card.ts";
import type { Metrics, SplitReport } from "../../kernel-as/model/split-report.ts";
import { atChance, CHANCE_AUC } from "../judgement/verdict.ts";
import { alarmsText, rangesText } from "./figures-text.ts";
import { FIRE } from "../event-words.ts";

const COLUMNS = ["accuracy", "precision", "recall", "f1", "auc", "logloss"] as const satisfies readonly (keyof Metrics)[];

const ALONE = "without history";

/** The model's card as lines of text: one table row a split, below it what each of them means, how sure it is, and what was found in the data. */
export function reportLines(card: ModelCard): string[] {
  const { event = FIRE } = card;
  return [
    `trained on: ${describeTrainedOn(card.trainedOn)}, ${card.rows} readings, ${card.positives} of them ${event}`,
    ...splitLines("held out", card.splits, { event, alone: card.alone ? { metrics: card.alone, meaning: "The rows of the 10-minute blocks once more, each as a single reading that nothing is known before." } : null }),
    ...(card.thresholdReason === undefined ? [] : [`threshold: ${card.thresholdReason}`]),
    ...(card.calibration ? [`calibration: ${card.calibration.kind}, beside the probabilities; the threshold is for those that are not calibrated`] : []),
    ...findingLines(card.findings ?? []),
  ];
}

interface BesideSplits {
  /** What a label of 1 is called. */
  readonly event: string;
  readonly alone: { readonly metrics: Metrics; readonly meaning: string } | null;
}

/** A table of splits, then a paragraph for each. */
export function splitLines(heading: string, splits: readonly Omit<SplitReport, "name">[], { event, alone }: BesideSplits): string[] {
  const rows = [...splits, ...(alone ? [{ title: ALONE, metrics: alone.metrics }] : [])];
  const widest = Math.max(heading.length, ...rows.map(({ title }) => title.length));
  return [
    `${heading.padEnd(widest)}${COLUMNS.map((column) => column.padStart(10)).join("")}`,
    ...rows.map(({ title, metrics }) => title.padEnd(widest) + COLUMNS.map((column) => cell(metrics, column)).join("")),
    ...splits.flatMap((split) => [`  ${split.title}: ${[split.meaning, ...verdict(split)].join(" ")}`, ...sureness(split, event).map((line) => `    ${line}`)]),
    ...(alone ? [`  ${ALONE}: ${alone.meaning}`] : []),
  ];
}

export function findingLines(findings: readonly string[]): string[] {
  return findings.length === 0 ? [] : ["what makes scores on these readings too good:", ...findings.map((finding) => `  ${finding}`)];
}

function cell(metrics: Metrics | null, column: (typeof COLUMNS)[number]): string {
  const value = metrics?.[column];
  return (typeof value === "number" ? value.toFixed(4) : "-").padStart(10);
}

/** Cards of before had none: then what their figures say. */
function verdict({ verdict: said, metrics, groups }: Omit<SplitReport, "name">): string[] {
  if (said !== undefined) return [said];
  return groups === undefined && metrics && metrics.auc !== null && metrics.auc < CHANCE_AUC ? [`${atChance}.`] : [];
}

function sureness({ groups, ranges, alarms, calibrated }: Omit<SplitReport, "name">, event: string): string[] {
  return [
    ...(ranges ? [rangesText(ranges, groups!)] : []),
    ...(alarms ? [alarmsText(alarms, event)] : []),
    ...(calibrated ? [`calibrated: log loss ${calibrated.logloss.toFixed(4)}, calibration error ${calibrated.calibrationError.toFixed(4)}`] : []),
  ];
}
