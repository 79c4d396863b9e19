import { barChart } from "../../report/charts/bar-chart.ts";
import { lineChart, type Point } from "../../report/charts/line-chart.ts";
import { html } from "../../report/html.ts";
import { absent, charts, table, type Section } from "../../report/page/section.ts";
import { countText, figureText, percentText, valueText } from "../../report/texts.ts";
import type { DriftData } from "../drift.ts";
import type { JobReport } from "../job.ts";
import { minuteText } from "../span.ts";

export function driftPage(data: DriftData): Pick<JobReport, "facts" | "sections"> {
  const { fields, sensors, predictions, labels, readings, model } = data;
  return {
    facts: [
      ["Fields that have drifted", "fields" in fields ? `${fields.fields.filter(({ drifted }) => drifted).length} of ${fields.compared}` : "–"],
      ["Sensors that have shifted", countText(new Set(sensors.map(({ sensor }) => sensor)).size)],
      ["Stability index of predictions", "psi" in predictions ? figureText(predictions.psi, 3) : "–"],
      ["Positive labels", "share" in labels ? percentText(labels.share) : "–"],
      ["Readings", countText(readings)],
      ["Model", model ?? "none"],
    ],
    sections: [fieldsSection(data), sensorsSection(data), predictionsSection(data), labelsSection(data)],
  };
}

function fieldsSection({ fields, from, to }: DriftData): Section {
  const about = { id: "fields", title: "Fields against the training" };
  if (!("fields" in fields)) return { ...about, content: absent(fields.reason) };
  const chart = barChart({
    title: "Distance, in thresholds",
    says: "A bar for each field: how often its threshold its distance is; from 1 on it has drifted.",
    bars: fields.fields.map(({ field, distance, threshold }) => ({ name: field, value: distance === null ? 0 : distance / threshold!, text: distance === null ? "–" : `${figureText(distance / threshold!, 1)} ×` })),
  });
  const stability = barChart({ title: "Stability index (PSI)", says: "A bar for each field; from 0.1 on worth a look, from 0.25 on large.", bars: fields.fields.map(({ field, psi }) => ({ name: field, value: psi ?? 0, text: figureText(psi, 2) })) });
  const rows = table(
    fields.fields,
    [
      { head: "field", isText: true, cell: ({ field, isTold }) => (isTold ? html`<span class="flagged">${field}</span>` : field) },
      { head: "distance", cell: ({ distance }) => figureText(distance, 3) },
      { head: "greatest of the days before", cell: ({ usual }) => figureText(usual, 3) },
      { head: "from here on drifted", cell: ({ threshold }) => figureText(threshold, 3) },
      { head: "method", cell: ({ method }) => (method === "ks" ? "Kolmogorov–Smirnov" : method === null ? "too few values" : "Wasserstein") },
      { head: "stability index", cell: ({ psi }) => figureText(psi, 3) },
      { head: "values", cell: ({ values }) => countText(values) },
      { head: "since", cell: ({ since }) => since?.slice(0, 16).replace("T", " ") ?? "" },
    ],
    "Fields",
  );
  return { ...about, content: html`${charts(chart, stability)}${rows}<p class="note">Readings from ${minuteText(from)} to ${minuteText(to)}. Weather drifts, seasons and new rooms do: people are told of a field whose stability index is 0.25 or more and whose distance is twice the greatest of the days before.</p>` };
}

function sensorsSection({ sensors }: DriftData): Section {
  const rows = table(
    sensors,
    [
      { head: "sensor", isText: true, cell: ({ sensor }) => html`<span class="flagged">${sensor}</span>` },
      { head: "field", isText: true, cell: ({ field }) => field },
      { head: "median before", cell: ({ before }) => valueText(before) },
      { head: "median now", cell: ({ median }) => valueText(median) },
      { head: "shift, in widths", cell: ({ shift }) => figureText(shift, 1) },
      { head: "since", cell: ({ since }) => since.slice(0, 16).replace("T", " ") },
    ],
    "Sensors that have shifted",
  );
  return { id: "sensors", title: "Sensors against their own past", content: sensors.length === 0 ? absent("Every sensor whose week before is known tells what it used to, or what the others do as well.") : rows };
}

function predictionsSection({ predictions }: DriftData): Section {
  const about = { id: "predictions", title: "Predictions against those of before" };
  if (!("psi" in predictions)) return { ...about, content: absent(predictions.reason) };
  const { now, before, psi } = predictions;
  const points = (shares: readonly number[]) => shares.map((share, tenth): Point => [tenth / 10 + 0.05, share]);
  const chart = lineChart({
    title: "Probabilities",
    says: "The share of predictions in each tenth of the probability, a line for now and one for before.",
    x: { name: "probability", from: 0, to: 1 },
    y: { name: "share of predictions", from: 0 },
    series: [
      { name: "now", colour: 0, points: points(now.tenths) },
      { name: "the week before", colour: 1, points: points(before.tenths) },
    ],
    dots: true,
  });
  const text = html`<p>The stability index is ${figureText(psi, 3)}. Of ${countText(now.predictions)} predictions ${percentText(now.eventShare)} say the event, of ${countText(before.predictions)} before ${percentText(before.eventShare)}; the mean probability went from ${figureText(before.meanProbability)} to ${figureText(now.meanProbability)}.</p>`;
  return { ...about, content: html`${text}${charts(chart)}` };
}

function labelsSection({ labels }: DriftData): Section {
  const about = { id: "labels", title: "Labels against those of the training" };
  if (!("psi" in labels)) return { ...about, content: absent(labels.reason) };
  const { labelled, share, trainingShare, psi, drifted } = labels;
  return { ...about, content: html`<p>Of ${countText(labelled)} readings with a label ${percentText(share)} are positive, in the training ${percentText(trainingShare)} were. The stability index is ${figureText(psi, 3)}${drifted ? html`: <span class="flagged">much has changed</span>` : ""}.</p>` };
}
