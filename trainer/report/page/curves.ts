import { lineChart, type LineChart, type Point } from "../charts/line-chart.ts";
import { html, type Html } from "../html.ts";
import type { Curves, JudgedSplit, Report } from "../report.ts";
import { absent, charts, type Section } from "./section.ts";

/** How well probabilities tell the event from none, whatever the threshold. */
export function rankingSection({ splits, model: { event } }: Report): Section {
  const roc = curve(splits, ({ roc }) => roc.map(({ falsePositiveRate, truePositiveRate }): Point => [falsePositiveRate, truePositiveRate]), {
    title: "ROC curve",
    says: `Share of ${event} readings above a threshold against the share of others, a line for each split. The diagonal is a coin's.`,
    x: { name: `share of no ${event} called ${event}`, from: 0, to: 1 },
    y: { name: `share of ${event} called ${event} (recall)`, from: 0, to: 1 },
    diagonal: true,
  });
  const precisionRecall = curve(splits, ({ precisionRecall }) => precisionRecall.map(({ recall, precision }): Point => [recall, precision]), {
    title: "Precision and recall",
    says: "Precision at each recall, a line for each split.",
    x: { name: "recall", from: 0, to: 1 },
    y: { name: "precision", from: 0, to: 1 },
  });
  return { id: "ranking", title: `Telling ${event} from no ${event}`, content: roc || precisionRecall ? charts(roc, precisionRecall) : absent("There are no ROC and precision-recall curves in this report.") };
}

/** One chart with the same curve of each split. */
function curve(splits: readonly JudgedSplit[], points: (curves: Curves) => readonly Point[], chart: Omit<LineChart, "series">): Html | null {
  return lineChart({ ...chart, series: splits.map(({ title, judgement }, colour) => ({ name: title, colour, points: judgement ? points(judgement.curves) : [] })) });
}

/** Loss while the model itself was trained. */
export function roundsSection({ rounds }: Report): Section {
  const heldOut = (rounds ?? []).flatMap(({ round, validationLoss }): Point[] => (validationLoss === null ? [] : [[round, validationLoss]]));
  const chart = lineChart({
    title: "Log loss by round",
    says: "Log loss after each round of the training, of the rows that are learned from and of those held out.",
    x: { name: "round", from: 0 },
    y: { name: "log loss", from: 0 },
    series: [
      { name: "learned from", colour: 0, points: (rounds ?? []).map(({ round, loss }): Point => [round, loss]) },
      { name: "held out", colour: 1, points: heldOut },
    ],
  });
  const note = heldOut.length > 0 ? "Where the held-out line rises again, more rounds only learn the training rows by heart." : "No rows were held out in this training: the line says how well the rows are known, not how well others will be.";
  return { id: "rounds", title: "How the training went", content: chart ? html`${charts(chart)}<p class="note">${note}</p>` : absent("Nothing was trained for this report, so there are no losses by round.") };
}
