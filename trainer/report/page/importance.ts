import { barChart } from "../charts/bar-chart.ts";
import { swarm } from "../charts/swarm.ts";
import { html } from "../html.ts";
import type { FeatureWeight, Report } from "../report.ts";
import { counted, countText, figureText, percentText } from "../texts.ts";
import { FIRE } from "../../event-words.ts";
import { absent, charts, foldedTable, type Section } from "./section.ts";

/** So many features are drawn; the table has all of them. */
const DRAWN = 20;

/** What the model looks at: by what its splits gained, and by what features add to predictions. */
export function importanceSection({ features, model: { event } }: Report): Section {
  const content = features.length === 0 ? absent("The report holds no weights of features.") : html`${drawn(features, event)}${foldedTable(features, columns, "All features")}`;
  return { id: "importance", title: "What the model looks at", content };
}

function drawn(features: readonly FeatureWeight[], event: string) {
  if (features.every(({ splits, contribution }) => splits === 0 && contribution === 0)) return absent("No feature is split by: the model says the same of every reading.");
  const top = (weight: (feature: FeatureWeight) => number) => features.filter((feature) => weight(feature) > 0).toSorted((a, b) => weight(b) - weight(a)).slice(0, DRAWN);
  const byGain = top(({ gain }) => gain);
  const byContribution = top(sizeOf);
  const gain = barChart({ title: "Share of the gain", says: "Share of the loss that splits by each feature gained.", bars: byGain.map(({ name, gain }) => ({ name, value: gain, text: percentText(gain) })) });
  const contribution = barChart({ title: "Mean size of the contribution", says: "Mean size of what each feature adds to the margin.", bars: byContribution.map((feature) => ({ name: feature.name, value: sizeOf(feature), text: figureText(sizeOf(feature), 3) })) });
  const dots = swarm({
    title: "Contributions of single readings",
    says: "A dot for each of some readings: where it lies says what the feature added to the margin, its colour how high its value was.",
    axis: `added to the margin (right: towards ${event})`,
    rows: byContribution.filter(({ sample }) => sample.length > 0).map(({ name, sample }) => ({ name, points: sample })),
  });
  const explained = features.reduce((most, { sample }) => Math.max(most, sample.length), 0);
  const unknown = features.some(({ contribution }) => contribution === null) && absent("What features add to single predictions (SHAP values) is not known: the model's file does not say how much of its training came to each node, or its leaves are linear.");
  return html`${charts(gain, contribution, dots)}${unknown}<p class="note">Gain says what the trees asked while they were grown; contributions (SHAP values, in logarithms of odds${explained > 0 && `, of ${counted(explained, "reading")} drawn by chance`}) say what made single predictions. Both tell what the model uses, not what causes ${event === FIRE ? "a fire" : event}.</p>`;
}

function sizeOf({ contribution }: FeatureWeight): number {
  return contribution ?? 0;
}

const columns = [
  { head: "Feature", cell: ({ name }: FeatureWeight) => name, isText: true },
  { head: "Share of the gain", cell: ({ gain }: FeatureWeight) => percentText(gain) },
  { head: "Splits", cell: ({ splits }: FeatureWeight) => countText(splits) },
  { head: "Mean contribution", cell: ({ contribution }: FeatureWeight) => figureText(contribution) },
];
