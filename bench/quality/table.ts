import type { Interval } from "../../trainer/bootstrap.ts";
import type { Comparison } from "./comparison.ts";
import { figureNames, type FigureName, type Figures, type FigureIntervals } from "./figures.ts";

const titles: Readonly<Record<FigureName, string>> = { accuracy: "accuracy", balancedAccuracy: "balanced accuracy", f1: "F1", auc: "AUC", logloss: "log loss" };

/** A comparison as a table of Markdown. Differences are in points, that is hundredths, but for log loss. */
export function tableOf({ title, learners, difference }: Comparison): string {
  const all = [...learners.map((each) => ({ ...each, text: figureText })), ...(difference ? [{ ...difference, name: `${difference.name}, points`, text: pointsText }] : [])];
  const rows = all.map(({ name, figures, intervals, text }) => [name, ...cells(figures, intervals, text)]);
  const drawn = all.flatMap(({ name, overDraws, text }) => (overDraws ? [[`${name}, mean ± sd of ${overDraws.draws}`, ...spreadCells(overDraws, text)]] : []));
  const head = ["", ...figureNames.map((name) => titles[name])];
  return [`**${title}**`, "", ...[head, head.map(() => "---"), ...rows, ...drawn].map((row) => `| ${row.join(" | ")} |`), ""].join("\n");
}

type FigureText = (figure: number, name: FigureName) => string;

function cells(figures: Figures, intervals: FigureIntervals | null, text: FigureText): string[] {
  return figureNames.map((name) => (figures[name] === null ? "" : text(figures[name], name)) + intervalText(intervals?.[name] ?? null, (figure) => text(figure, name)));
}

function spreadCells({ mean, sd }: { mean: Figures; sd: Figures }, text: FigureText): string[] {
  return figureNames.map((name) => (mean[name] === null || sd[name] === null ? "" : `${text(mean[name], name)} ± ${text(sd[name], name).replace("+", "")}`));
}

function intervalText(interval: Interval | null, text: (figure: number) => string): string {
  return interval === null ? "" : ` (${text(interval.low)} – ${text(interval.high)})`;
}

function figureText(figure: number): string {
  return figure.toFixed(4);
}

function pointsText(difference: number, name: FigureName): string {
  const text = name === "logloss" ? difference.toFixed(4) : (difference * 100).toFixed(2);
  return difference > 0 ? `+${text}` : text.replace("-", "−");
}
