import { calibrated } from "../../../kernel-as/model/calibration.ts";
import { lineChart, type Point } from "../charts/line-chart.ts";
import { html, type Html } from "../html.ts";
import type { CalibrationPoint, JudgedSplit, Report } from "../report.ts";
import { figureText } from "../texts.ts";
import { absent, charts, table, type Section } from "./section.ts";

/** Whether a probability can be taken at its word. */
export function calibrationSection({ splits, model }: Report): Section {
  const reliability = lineChart({
    series: splits.flatMap(reliabilityLines),
    title: "Reliability",
    says: `Share of ${model.event} among readings of about the same probability, a line for each split, and a second one of its calibrated probabilities. On the diagonal a probability can be taken at its word.`,
    x: { name: "mean probability", from: 0, to: 1 },
    y: { name: `share that is ${model.event}`, from: 0, to: 1 },
    diagonal: true,
    dots: true,
  });
  const { calibration } = model;
  const made = calibration && lineChart({
    title: `What the calibration makes of it (${calibration.kind})`,
    says: "The calibrated probability of each probability.",
    x: { name: "probability of the model", from: 0, to: 1 },
    y: { name: "calibrated", from: 0, to: 1 },
    series: [{ name: calibration.kind, colour: 0, points: Array.from({ length: 101 }, (_, i): Point => [i / 100, calibrated(calibration, i / 100)]) }],
    diagonal: true,
  });
  const content = [reliability || made ? charts(reliability, made) : absent("There is no reliability curve in this report."), beforeAndAfter(splits) ?? absent("There is no calibration: probabilities are the model's own.")];
  return { id: "calibration", title: "Taking a probability at its word", content };
}

/** Where there is a calibration, what was before it is faint. */
function reliabilityLines({ title, judgement }: JudgedSplit, colour: number) {
  const { calibration = [], calibrated = null } = judgement?.curves ?? {};
  const before = { name: title, colour, isFaint: calibrated !== null, points: pointsOf(calibration) };
  return calibrated === null ? [before] : [before, { name: `${title}, calibrated`, colour, points: pointsOf(calibrated) }];
}

function pointsOf(curve: readonly CalibrationPoint[]): Point[] {
  return curve.map(({ probability, share }) => [probability, share]);
}

function beforeAndAfter(splits: readonly JudgedSplit[]): Html | null {
  const rows = splits.flatMap(({ title, judgement }) => (judgement?.calibrated ? [{ title, before: judgement.measures, after: judgement.calibrated }] : []));
  if (rows.length === 0) return null;
  const figures = [["logloss", "Log loss"], ["brier", "Brier score"], ["calibrationError", "Calibration error"]] as const;
  const columns = figures.flatMap(([figure, name]) => [
    { head: name, cell: ({ before }: (typeof rows)[number]) => figureText(before[figure]) },
    { head: "calibrated", cell: ({ after }: (typeof rows)[number]) => figureText(after[figure]) },
  ]);
  return html`<h3>Before and after</h3>${table(rows, [{ head: "Judged by", cell: ({ title }) => title, isText: true }, ...columns], "Before and after calibration")}<p class="note">Of a training each fold fits its own in its training part, on rows that its model had not seen; a model that is evaluated brings its own. The threshold is for probabilities as they are.</p>`;
}
