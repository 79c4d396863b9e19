import type { Interval } from "../../bootstrap.ts";
import type { Measures } from "../../metrics.ts";
import { html, type Content, type Html } from "../html.ts";
import type { JudgedSplit, Judgement, Report } from "../report.ts";
import { countText, figureText, NONE } from "../texts.ts";
import { FIRE, wordsOf } from "../../event-words.ts";
import { absent, table, type Column, type Section } from "./section.ts";

type Figure = Exclude<keyof Measures, "rows" | "positives">;

/** In the order of the page, with what a reader has to know of each. */
export const figureNames = (event: string): readonly (readonly [figure: Figure, name: string, means: string])[] => [
  ["auc", "AUC", `chance that a ${event} reading ranks above another; 0.5 is a coin's`],
  ["prAuc", "Average precision", "mean precision over all thresholds"],
  ["balancedAccuracy", "Balanced accuracy", `mean of the shares of ${event} and of no ${event} that are told rightly; 0.5 is a coin's`],
  ["accuracy", "Accuracy", "share of readings told rightly"],
  ["precision", "Precision", `share of what is called ${event} that is ${event}`],
  ["recall", "Recall", `share of ${event} that is called ${event}`],
  ["f1", "F1", "harmonic mean of precision and recall"],
  ["logloss", "Log loss", "0 is perfect; lower is better"],
  ["brier", "Brier score", "mean square of the error; lower is better"],
  ["calibrationError", "Calibration error", "mean distance of probability and frequency; lower is better"],
];

/** The splits side by side: what each of them means, what has to be said of it, and its figures. */
export function splitsSection({ splits, model: { event } }: Report): Section {
  return { id: "splits", title: "What the model is worth", content: splits.length === 0 ? absent("The model was not judged on rows that it had not seen.") : html`<div class="splits">${splits.map(meaningOf)}</div>${figuresTable(splits, event)}${intervalNote(splits, event)}` };
}

function meaningOf({ title, meaning, verdict }: JudgedSplit): Html {
  return html`<div><h3>${title}</h3><p>${meaning}</p>${verdict !== null && html`<p class="warning"><strong>Read this first.</strong> ${verdict}</p>`}</div>`;
}

interface Line {
  readonly name: Content;
  readonly figure: (judgement: Judgement) => Content;
}

function figuresTable(splits: readonly JudgedSplit[], event: string): Html {
  const some = (what: "alone" | "calibrated") => splits.some(({ judgement }) => judgement?.[what]);
  const of = (what: "alone" | "calibrated", figure: Figure, name: string): Line => ({ name, figure: (judgement) => figureText(judgement[what]?.[figure] ?? null) });
  const lines: Line[] = [
    { name: "Readings", figure: ({ measures }) => countText(measures.rows) },
    { name: `of them ${event}`, figure: ({ measures }) => countText(measures.positives) },
    ...figureNames(event).map(([figure, name, means]): Line => ({ name: html`${name}<small>${means}</small>`, figure: ({ measures, intervals }) => html`${figureText(measures[figure])}${intervalHtml(intervals.of[figure])}` })),
    ...(some("alone") ? [of("alone", "auc", "AUC of single readings, without history"), of("alone", "accuracy", "Accuracy of single readings"), of("alone", "logloss", "Log loss of single readings")] : []),
    ...(some("calibrated") ? [of("calibrated", "logloss", "Log loss, calibrated"), of("calibrated", "brier", "Brier score, calibrated"), of("calibrated", "calibrationError", "Calibration error, calibrated")] : []),
  ];
  return table(lines, [{ head: "Judged by", cell: ({ name }) => name, isText: true }, ...splitColumns<Line>(splits, (judgement, { figure }) => figure(judgement))], "Figures by split");
}

/** A column for each split; where there is no judgement, a dash. */
export function splitColumns<Row>(splits: readonly JudgedSplit[], cell: (judgement: Judgement, row: Row) => Content): Column<Row>[] {
  return splits.map(({ title, verdict, judgement }) => ({ head: html`${title}${verdict !== null && html`<small class="flag">see the warning</small>`}`, cell: (row) => (judgement ? cell(judgement, row) : NONE) }));
}

/** The interval below its figure; nothing where there is none. */
export function intervalHtml(interval: Interval | null, text: (value: number) => string = (value) => figureText(value, 3)): Html | null {
  return interval && html`<small>${text(interval.low)} … ${text(interval.high)}</small>`;
}

/** What has to be said of intervals, once for all splits of which it is true. */
export function notesHtml(splits: readonly JudgedSplit[], noteOf: (judgement: Judgement) => string | null): Html | null {
  const notes = Map.groupBy(splits, ({ judgement }) => judgement && noteOf(judgement));
  notes.delete(null);
  return notes.size === 0 ? null : html`<ul class="note">${Array.from(notes, ([note, of]) => html`<li>${of.map(({ title }) => title).join(", ")}: ${note}</li>`)}</ul>`;
}

function intervalNote(splits: readonly JudgedSplit[], event: string): Html {
  const { place } = wordsOf(event);
  const hasSome = splits.some(({ judgement }) => judgement && Object.values(judgement.intervals.of).some((each) => each !== null));
  return html`${hasSome && html`<p class="note">Small figures are intervals of 95 %, by drawing whole recordings with their copies: how far others of the same kind might have moved a figure.${splits.some(({ name }) => name === "blocks") && ` In the split by blocks, whole blocks are drawn: its intervals hold for other times ${event === FIRE ? "in" : "of"} the same ${place}s, not for other ${place}s.`}</p>`}${notesHtml(splits, ({ intervals }) => intervals.note)}`;
}
