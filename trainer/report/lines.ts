import { describeTrainedOn, type Metrics, type ModelCard } from "../../kernel-as/model/card.ts";

const COLUMNS = ["accuracy", "precision", "recall", "f1", "auc", "logloss"] as const satisfies readonly (keyof Metrics)[];

const ALONE = "without history";

/** The model's card as lines of text: one table row a split, below it what each of them means, and what was found in the data. */
export function reportLines(card: ModelCard): string[] {
  const rows: { title: string; metrics: Metrics | null }[] = [...card.splits, ...(card.alone ? [{ title: ALONE, metrics: card.alone }] : [])];
  const widest = Math.max(...rows.map(({ title }) => title.length));
  const cell = (metrics: Metrics | null, column: (typeof COLUMNS)[number]) => {
    const value = metrics?.[column];
    return (typeof value === "number" ? value.toFixed(4) : "-").padStart(10);
  };
  return [
    `trained on: ${describeTrainedOn(card.trainedOn)}, ${card.rows} readings, ${card.positives} of them fire`,
    `${"held out".padEnd(widest)}${COLUMNS.map((column) => column.padStart(10)).join("")}`,
    ...rows.map(({ title, metrics }) => title.padEnd(widest) + COLUMNS.map((column) => cell(metrics, column)).join("")),
    ...card.splits.map(({ title, meaning, metrics }) => `  ${title}: ${meaning}${verdict(metrics)}`),
    ...(card.alone ? [`  ${ALONE}: The rows of the 10-minute blocks once more, each as a single reading that nothing is known before.`] : []),
    ...(card.findings ? ["what makes scores on these readings too good:", ...card.findings.map((finding) => `  ${finding}`)] : []),
  ];
}

/** Below this a ranking is taken for a coin's. */
export const CHANCE_AUC = 0.6;

function verdict(metrics: Metrics | null): string {
  if (!metrics || metrics.auc === null || metrics.auc >= CHANCE_AUC) return "";
  return " Here the model is no better than chance: these recordings cannot teach what fire looks like in another one.";
}
