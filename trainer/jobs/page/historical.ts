import { heatMap } from "../../report/charts/heat-map.ts";
import { lineChart, type Point } from "../../report/charts/line-chart.ts";
import { html, type Html } from "../../report/html.ts";
import { absent, charts, table, type Section } from "../../report/page/section.ts";
import { countText, figureText, percentText, valueText } from "../../report/texts.ts";
import type { HistoricalData } from "../historical.ts";
import type { JobReport } from "../job.ts";
import type { Slot } from "../patterns/by-clock.ts";
import { weekdays } from "../patterns/insights.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

export function historicalPage(data: HistoricalData): Pick<JobReport, "facts" | "sections"> {
  const { readings, from, to, said } = data;
  const events = said.reduce((sum, each) => sum + each.events, 0);
  return {
    facts: [
      ["Readings", countText(readings)],
      ["From", from.slice(0, 16).replace("T", " ")],
      ["To", to.slice(0, 16).replace("T", " ")],
      ["Predictions of the event", countText(events)],
    ],
    sections: readings === 0 ? [] : [insightsSection(data), hoursSection(data), weekdaysSection(data), saidSection(data), correlationsSection(data), describeSection(data)],
  };
}

function insightsSection({ insights }: HistoricalData): Section {
  return { id: "insights", title: "What stands out", content: insights.length === 0 ? absent("Nothing does.") : html`<ul>${insights.map((each) => html`<li>${each}</li>`)}</ul>` };
}

/** Of each field, between its lowest and its highest slot. */
function grid({ fields, described }: HistoricalData, slots: readonly Slot[], names: readonly string[], about: { title: string; says: string; every: number }): Html | null {
  const known = new Map(slots.map((each) => [each.slot, each]));
  const mean = (row: number, column: number) => known.get(column)?.means[row] ?? null;
  const value = (row: number, column: number) => {
    const { mean: whole, std } = described[row]!;
    const own = mean(row, column);
    return own === null || whole === null || !std ? null : Math.max(-1, Math.min(1, (own - whole) / std));
  };
  return heatMap({ ...about, columns: names, rows: fields, value, text: (row, column) => `${fields[row]!} at ${names[column]!}: ${valueText(mean(row, column))}` });
}

function hoursSection(data: HistoricalData): Section {
  const { hours, timeZone } = data;
  const made = lineChart({ title: "Readings by hour", says: "How many readings came at each hour of the day.", x: { name: "hour of the day", from: 0, to: 23 }, y: { name: "readings", from: 0 }, series: [{ name: "readings", colour: 0, points: hours.map(({ slot, readings }): Point => [slot, readings]) }], dots: true });
  return { id: "hours", title: "By hour", content: html`${charts(grid(data, hours, HOURS, { title: "Fields by hour", says: "A cell for each field and hour: how far its mean lies from the mean of all.", every: 3 }), made)}<p class="note">The clock of ${timeZone}. Blue is above the mean of all, orange below; the deepest colour is a standard deviation and more.</p>` };
}

function weekdaysSection(data: HistoricalData): Section {
  const names = weekdays.map((name) => name.slice(0, 3));
  const rows = table(
    data.weekdays,
    [
      { head: "day", isText: true, cell: ({ slot }) => weekdays[slot]! },
      { head: "readings", cell: ({ readings }) => countText(readings) },
    ],
    "Readings by weekday",
  );
  return { id: "weekdays", title: "By weekday", content: html`${charts(grid(data, data.weekdays, names, { title: "Fields by weekday", says: "A cell for each field and weekday: how far its mean lies from the mean of all.", every: 1 }), html`<div>${rows}</div>`)}` };
}

function saidSection({ said }: HistoricalData): Section {
  const about = { id: "said", title: "What the model said" };
  if (said.length === 0) return { ...about, content: absent("There are no predictions of these days.") };
  const at = new Map(said.map((each) => [each.weekday * 24 + each.hour, each]));
  const share = (day: number, hour: number) => {
    const each = at.get(day * 24 + hour);
    return each ? each.events / each.predictions : null;
  };
  const most = Math.max(...said.map(({ events, predictions }) => events / predictions), 0);
  const map = heatMap({
    title: "Share of predictions of the event",
    says: "A cell for each weekday and hour, the deeper the more.",
    columns: HOURS,
    rows: weekdays.map((name) => name.slice(0, 3)),
    value: (day, hour) => (share(day, hour) === null ? null : most === 0 ? 0 : share(day, hour)! / most),
    text: (day, hour) => `${weekdays[day]!} ${hour}:00: ${percentText(share(day, hour))}`,
    every: 3,
  });
  return { ...about, content: html`${charts(map)}<p class="note">The deepest colour is ${percentText(most)}.</p>` };
}

function correlationsSection({ fields, correlations }: HistoricalData): Section {
  const known = new Map(correlations.flatMap(({ fields: [one, other], r }) => [[`${one}\n${other}`, r], [`${other}\n${one}`, r]] as const));
  const r = (row: number, column: number) => (row === column ? 1 : (known.get(`${fields[row]!}\n${fields[column]!}`) ?? null));
  const map = heatMap({ title: "Correlations", says: "A cell for each pair of fields: blue where they rise together, orange where they go opposite ways.", columns: fields, rows: fields, value: r, text: (row, column) => `${fields[row]!} and ${fields[column]!}: ${figureText(r(row, column), 2)}`, isUpright: true });
  const strongest = correlations.filter((each) => each.r !== null).sort((a, b) => Math.abs(b.r!) - Math.abs(a.r!)).slice(0, 10);
  const rows = table(strongest, [{ head: "fields", isText: true, cell: ({ fields: [one, other] }) => `${one}, ${other}` }, { head: "r", cell: (each) => figureText(each.r, 3) }], "The strongest correlations");
  return { id: "correlations", title: "Fields with each other", content: charts(map, html`<div>${rows}</div>`) };
}

function describeSection({ described }: HistoricalData): Section {
  const column = (head: string, of: (each: (typeof described)[number]) => number | null) => ({ head, cell: (each: (typeof described)[number]) => valueText(of(each)) });
  const rows = table(
    described,
    [{ head: "field", isText: true, cell: ({ field }) => field }, { head: "values", cell: ({ count }) => countText(count) }, column("mean", ({ mean }) => mean), column("deviation", ({ std }) => std), column("least", ({ min }) => min), column("25 %", ({ q25 }) => q25), column("50 %", ({ q50 }) => q50), column("75 %", ({ q75 }) => q75), column("greatest", ({ max }) => max)],
    "Fields",
  );
  return { id: "fields", title: "Fields", content: rows };
}
