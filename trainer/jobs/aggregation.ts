import { quoted } from "../../engine/history/sql.ts";
import { counted, valueText, countText } from "../report/texts.ts";
import { html } from "../report/html.ts";
import { barChart } from "../report/charts/bar-chart.ts";
import { absent, charts, foldedTable, type Section } from "../report/page/section.ts";
import { yesterdayOf } from "./day.ts";
import type { Job, JobContext, JobReport } from "./job.ts";
import { columnsOfReadings } from "./quality/field-values.ts";
import { isoTime, spanOf, within } from "./span.ts";

/** Mean, greatest and least value of a field of a sensor; null where it has none. */
interface FieldAggregate {
  readonly field: string;
  readonly values: number;
  readonly mean: number | null;
  readonly max: number | null;
  readonly min: number | null;
}

interface AggregationData {
  /** By the clock of the time zone. */
  readonly day: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly readings: number;
  readonly sensors: readonly { readonly sensor: string; readonly readings: number; readonly fields: readonly FieldAggregate[] }[];
}

export const aggregationJob: Job = {
  name: "aggregation",
  title: "Daily aggregation",
  folder: "daily_aggregates",
  isWatching: false,
  timetable: ({ timeZone }) => ({ everyHours: 24, hour: 6, timeZone }),
  async run({ history, pipeline, atMs, timeZone, signal }: JobContext): Promise<JobReport> {
    const asked = signal && { signal };
    const { day, fromMs, toMs } = yesterdayOf(atMs, timeZone);
    const span = await spanOf(history, { topic: pipeline.readings, fromMs: fromMs - 1, toMs: toMs - 1, ...asked });
    const columns = await columnsOfReadings(history, signal);
    const fields = pipeline.schema.fields.map(({ name }) => name).filter((name) => columns.has(name));
    const sums = fields.flatMap((field, i) => [`CAST(count(${quoted(field)}) AS DOUBLE) AS values_${i}`, `avg(${quoted(field)}) AS mean_${i}`, `max(${quoted(field)}) AS max_${i}`, `min(${quoted(field)}) AS min_${i}`]);
    const rows = await history.rows(`SELECT ${["sensor", "CAST(count(*) AS DOUBLE) AS readings", ...sums].join(", ")} FROM readings WHERE ${within(span)} GROUP BY sensor ORDER BY sensor`, { ...asked });
    const figure = (row: Record<string, unknown>, name: string) => row[name] as number | null;
    const sensors = rows.map((row) => ({
      sensor: row["sensor"] as string,
      readings: row["readings"] as number,
      fields: fields.map((field, i) => ({ field, values: figure(row, `values_${i}`)!, mean: figure(row, `mean_${i}`), max: figure(row, `max_${i}`), min: figure(row, `min_${i}`) })),
    }));
    const data: AggregationData = { day, timeZone, from: isoTime(fromMs), to: isoTime(toMs), readings: span.readings, sensors };
    return {
      detail: span.readings === 0 ? `There are no readings of ${day}.` : `${counted(span.readings, "reading")} of ${counted(sensors.length, "sensor")} on ${day}.`,
      alerts: [],
      data,
      facts: [
        ["Day", day],
        ["Readings", countText(span.readings)],
        ["Sensors", countText(sensors.length)],
      ],
      sections: sensors.length === 0 ? [] : fields.map((field, i) => fieldSection(data, field, i)),
      figures: {},
    };
  },
};

/** Sensors that a chart has bars for. */
const BARS = 12;

function fieldSection({ sensors }: AggregationData, field: string, i: number): Section {
  const own = sensors.map(({ sensor, fields }) => ({ sensor, ...fields[i]! })).filter(({ mean }) => mean !== null);
  const about = { id: `field-${i}`, title: field };
  if (own.length === 0) return { ...about, content: absent("No sensor has told a value of it.") };
  const highest = own.toSorted((a, b) => b.mean! - a.mean!).slice(0, BARS);
  const chart = highest.some(({ mean }) => mean! < 0) ? null : barChart({ title: own.length > BARS ? `Mean: the ${BARS} highest` : "Mean", says: "A bar for each sensor: the mean of its values.", bars: highest.map(({ sensor, mean }) => ({ name: sensor, value: mean!, text: valueText(mean) })) });
  const rows = foldedTable(
    own,
    [
      { head: "sensor", isText: true, cell: ({ sensor }) => sensor },
      { head: "mean", cell: ({ mean }) => valueText(mean) },
      { head: "greatest", cell: ({ max }) => valueText(max) },
      { head: "least", cell: ({ min }) => valueText(min) },
      { head: "values", cell: ({ values }) => countText(values) },
    ],
    "Sensors",
  );
  return { ...about, content: charts(chart, html`<div>${rows}</div>`) };
}
