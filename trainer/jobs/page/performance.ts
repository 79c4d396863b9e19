import { lineChart, type Point } from "../../report/charts/line-chart.ts";
import { html } from "../../report/html.ts";
import { absent, charts, table, type Section } from "../../report/page/section.ts";
import { countText, durationText, figureText, percentText } from "../../report/texts.ts";
import type { JobReport } from "../job.ts";
import { minuteText } from "../span.ts";
import type { PerformanceData } from "../performance.ts";
import { indicatorRules } from "../performance/health.ts";

export function performancePage(data: PerformanceData): Pick<JobReport, "facts" | "sections"> {
  const { predictions, labelled, trial, health, model } = data;
  const known = "accuracy" in labelled ? labelled : null;
  return {
    facts: [
      ["Health of 100", typeof health === "number" ? figureText(health, 1) : "–"],
      ["Accuracy", percentText(known?.accuracy ?? null)],
      ["Precision", percentText(known?.precision ?? null)],
      ["Recall", percentText(known?.recall ?? null)],
      ["F1", figureText(known?.f1 ?? null)],
      ["AUC", figureText(known?.auc ?? null)],
      ["Predictions", countText(predictions.predictions)],
      ["of them of the event", percentText(predictions.eventShare)],
      ["A prediction takes", "responseMs" in trial ? `${trial.responseMs.toPrecision(2)} ms` : "–"],
      ["Model", model ?? "none"],
    ],
    sections: [callsSection(data), hoursSection(data), confidenceSection(data), casesSection(data), trialSection(data)],
  };
}

function callsSection({ labelled, health, from, to }: PerformanceData): Section {
  const about = { id: "calls", title: "Right and wrong calls" };
  const score = typeof health === "number" ? null : html`<p class="note">${health.reason}</p>`;
  if (!("accuracy" in labelled)) return { ...about, content: html`${absent(labelled.reason)}${score}` };
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = labelled;
  const cell = (count: number, other: number, kind: "right" | "wrong") => {
    const share = count + other > 0 ? count / (count + other) : null;
    return html`<td class="${kind}" style="--share:${Math.round((share ?? 0) * 100)}%"><b>${countText(count)}</b><small>${percentText(share)}</small></td>`;
  };
  const matrix = html`<div class="matrices"><table class="confusion"><thead><tr><td></td><th scope="col">called the event</th><th scope="col">called none</th></tr></thead><tbody>
<tr><th scope="row">event</th>${cell(truePositives, falseNegatives, "right")}${cell(falseNegatives, truePositives, "wrong")}</tr>
<tr><th scope="row">no event</th>${cell(falsePositives, trueNegatives, "wrong")}${cell(trueNegatives, falsePositives, "right")}</tr></tbody></table></div>`;
  return { ...about, content: html`${matrix}<p class="note">${countText(labelled.labelled)} predictions from ${minuteText(from)} to ${minuteText(to)} that have a label. Shares are of the row.</p>${score}` };
}

function hoursSection({ predictions: { hours } }: PerformanceData): Section {
  const about = { id: "hours", title: "Hour by hour" };
  if (hours.length === 0) return { ...about, content: absent("There are no predictions.") };
  const points = (of: (hour: (typeof hours)[number]) => number | null) => hours.flatMap((hour): Point[] => (of(hour) === null ? [] : [[-hour.hoursBack - 1, of(hour)!]])).reverse();
  const said = lineChart({
    title: "What the model says",
    says: "The mean probability and the share of predictions of the event, hour by hour.",
    x: { name: "hours before the newest reading", to: 0 },
    y: { name: "share", from: 0 },
    series: [
      { name: "mean probability", colour: 0, points: points(({ meanProbability }) => meanProbability) },
      { name: "share of the event", colour: 1, points: points(({ eventShare }) => eventShare) },
      { name: "accuracy, where labels are", colour: 2, points: points(({ accuracy }) => accuracy) },
    ],
    dots: true,
  });
  const made = lineChart({ title: "Predictions", says: "How many predictions were made, hour by hour.", x: { name: "hours before the newest reading", to: 0 }, y: { name: "predictions an hour", from: 0 }, series: [{ name: "predictions", colour: 0, points: points(({ predictions }) => predictions) }], dots: true });
  return { ...about, content: charts(said, made) };
}

function confidenceSection({ predictions, indicators }: PerformanceData): Section {
  const text = html`<p>The mean confidence is ${figureText(predictions.meanConfidence)}, and ${percentText(predictions.lowConfidenceShare)} of the predictions are below 0.6. ${countText(predictions.late)} came for late readings. Versions: ${predictions.versions.join(", ") || "none"}.</p>`;
  const list = indicators.length === 0 ? html`<p>No sign of trouble.</p>` : html`<ul>${indicators.map((each) => html`<li>${indicatorRules[each].text}</li>`)}</ul>`;
  return { id: "signs", title: "Signs of trouble", content: html`${text}${list}<p class="note">From three of them on people are told: one alone is the rule where nothing ever burns.</p>` };
}

function casesSection({ trial }: PerformanceData): Section {
  const about = { id: "cases", title: "Known readings" };
  if (!("cases" in trial)) return { ...about, content: absent(trial.reason) };
  const rows = table(
    trial.cases,
    [
      { head: "reading", isText: true, cell: ({ name }) => name },
      { head: "probability", cell: ({ probability }) => figureText(probability) },
      { head: "called", cell: ({ isRight }) => (isRight ? "rightly" : html`<span class="flagged">wrongly</span>`) },
    ],
    "Known readings",
  );
  return { ...about, content: html`<div class="narrow">${rows}</div><p class="note">A prediction with its features takes ${trial.responseMs < 1 ? `${(trial.responseMs * 1000).toFixed(0)} µs` : durationText(trial.responseMs)} in this process.</p>` };
}

function trialSection({ agreement }: PerformanceData): Section {
  const about = { id: "trial", title: "The challenger" };
  if (!("share" in agreement)) return { ...about, content: absent(agreement.reason) };
  return { ...about, content: html`<p>Version ${agreement.challenger} says the same of ${percentText(agreement.share)} of the ${countText(agreement.readings)} readings of the last hour.</p>` };
}
