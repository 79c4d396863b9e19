import { barChart } from "../../report/charts/bar-chart.ts";
import { html } from "../../report/html.ts";
import { absent, charts, foldedTable, table, type Section } from "../../report/page/section.ts";
import { countText, durationText, figureText, percentText, valueText } from "../../report/texts.ts";
import type { JobReport } from "../job.ts";
import type { QualityData } from "../quality.ts";
import { minuteText } from "../span.ts";

/** Sensors that a chart has bars for. */
const BARS = 16;

export function qualityPage(data: QualityData): Pick<JobReport, "facts" | "sections"> {
  const { overall, readings, sensors, anomalies } = data;
  return {
    facts: [
      ["Score of 100", figureText(overall.score, 1)],
      ["Completeness", percentText(overall.completeness)],
      ["Values in range", percentText(overall.validity)],
      ["Readings that came once", percentText(overall.uniqueness)],
      ["Fields that are not stuck", percentText(overall.steadiness)],
      ["Readings that stand out", percentText(anomalies.share)],
      ["Readings", countText(readings)],
      ["Sensors", countText(sensors.length)],
    ],
    sections: readings === 0 ? [] : [sensorsSection(data), fieldsSection(data), stuckSection(data), skewSection(data), windowsSection(data), lettersSection(data)],
  };
}

function sensorsSection({ sensors, from, to }: QualityData): Section {
  const rated = sensors.filter(({ share }) => share !== null).sort((a, b) => a.share! - b.share!);
  const chart = barChart({
    title: rated.length > BARS ? `Came of what was expected: the ${BARS} least` : "Came of what was expected",
    says: "A bar for each sensor: the share of the readings that its own rate lets expect.",
    bars: rated.slice(0, BARS).map(({ sensor, share }) => ({ name: sensor, value: share!, text: percentText(share) })),
  });
  const rows = foldedTable(
    sensors,
    [
      { head: "sensor", isText: true, cell: ({ sensor }) => sensor },
      { head: "readings", cell: (each) => countText(each.readings) },
      { head: "expected", cell: ({ expected }) => (expected === null ? "–" : countText(expected)) },
      { head: "came", cell: ({ share }) => percentText(share) },
      { head: "every", cell: ({ intervalMs }) => durationText(intervalMs) },
      { head: "more than once", cell: ({ duplicates }) => countText(duplicates) },
      { head: "last", cell: ({ last }) => last.slice(0, 19).replace("T", " ") },
    ],
    "Sensors",
  );
  return { id: "sensors", title: "What came", content: html`${charts(chart)}${rows}<p class="note">From ${minuteText(from)} to ${minuteText(to)}. What is expected comes of each sensor's own rate, half of the gaps between its readings being shorter.</p>` };
}

function fieldsSection({ fields, anomalies }: QualityData): Section {
  const odd = new Map(anomalies.fields.map((each) => [each.field, each]));
  const missing = barChart({
    title: "Missing values",
    says: "A bar for each field: the share of readings without a value of it.",
    bars: fields.map(({ field, missing: none, values }) => ({ name: field, value: none / Math.max(none + values, 1), text: percentText(none / Math.max(none + values, 1)) })),
  });
  const outliers = barChart({
    title: `Values that stand out, of the newest ${countText(anomalies.readings)}`,
    says: "A bar for each field: values out of range or more than three standard deviations from the mean.",
    bars: anomalies.fields.map(({ field, anomalous }) => ({ name: field, value: anomalous, text: countText(anomalous) })),
  });
  const rows = table(
    fields,
    [
      { head: "field", isText: true, cell: ({ field }) => field },
      { head: "least", cell: ({ least }) => valueText(least) },
      { head: "mean", cell: ({ mean }) => valueText(mean) },
      { head: "greatest", cell: ({ most }) => valueText(most) },
      { head: "missing", cell: ({ missing: none }) => countText(none) },
      { head: "below its range", cell: ({ belowRange }) => countText(belowRange) },
      { head: "above", cell: ({ aboveRange }) => countText(aboveRange) },
      { head: "outliers", cell: ({ field }) => countText(odd.get(field)?.outliers ?? 0) },
    ],
    "Fields",
  );
  return { id: "fields", title: "Values", content: html`${charts(missing, outliers)}${rows}<p class="note">Outliers are those of the newest readings that lie further from the middle half than one and a half times its width.</p>` };
}

function stuckSection({ stuck }: QualityData): Section {
  const rows = table(
    stuck,
    [
      { head: "sensor", isText: true, cell: ({ sensor }) => sensor },
      { head: "field", isText: true, cell: ({ field }) => field },
      { head: "value", cell: ({ value }) => valueText(value) },
      { head: "how", cell: ({ kind }) => (kind === "unchanged" ? "unchanged" : "hardly moves") },
      { head: "readings", cell: ({ readings }) => countText(readings) },
      { head: "since", cell: ({ since }) => since.slice(0, 19).replace("T", " ") },
    ],
    "Fields of sensors that are stuck",
  );
  return { id: "stuck", title: "Stuck sensors", content: stuck.length === 0 ? absent("No field of a sensor is stuck.") : rows };
}

function skewSection({ skew }: QualityData): Section {
  if ("reason" in skew) return { id: "clocks", title: "Clocks", content: absent(skew.reason) };
  const list = html`<p>Half of the readings are appended ${delayText(skew.medianMs)} their event time or sooner, nineteen in twenty ${skew.p95Ms < 0 ? `${delayText(skew.p95Ms)} it` : `within ${durationText(skew.p95Ms)}`}; ${countText(skew.ahead)} are from the future.</p>`;
  const off = skew.sensors.length === 0 ? null : html`<ul>${skew.sensors.map(({ sensor, medianMs }) => html`<li><span class="flagged">${sensor}</span> is off by ${durationText(Math.abs(medianMs))}</li>`)}</ul>`;
  return { id: "clocks", title: "Clocks", content: html`${list}${off}` };
}

/** `2.0 s after`; what comes from the future is appended before its event time. */
function delayText(ms: number): string {
  return `${durationText(Math.abs(ms))} ${ms < 0 ? "before" : "after"}`;
}

function windowsSection({ windows }: QualityData): Section {
  const title = "Windows of five minutes";
  if ("reason" in windows) return { id: "windows", title, content: absent(windows.reason) };
  const chart = barChart({
    title: "What was taken off",
    says: "A bar for each reason: windows that lost points for it.",
    bars: [
      { name: "few readings (−20)", value: windows.few, text: countText(windows.few) },
      { name: "a stuck thermometer (−15)", value: windows.stuck, text: countText(windows.stuck) },
      { name: "above 100 °C (−25)", value: windows.hot, text: countText(windows.hot) },
      { name: "below −50 °C (−25)", value: windows.cold, text: countText(windows.cold) },
    ],
  });
  return { id: "windows", title, content: html`<p>Of ${countText(windows.windows)} windows the mean score is ${figureText(windows.meanScore, 1)} of 100, and the mean completeness ${figureText(windows.meanCompleteness, 1)}; ${percentText(windows.lowShare)} have a score below 80.</p>${charts(chart)}` };
}

function lettersSection({ deadLetters }: QualityData): Section {
  return { id: "letters", title: "What was no reading", content: absent(deadLetters.reason) };
}
