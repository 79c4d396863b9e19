import { counted, countText } from "../report/texts.ts";
import type { Job, JobContext, JobReport } from "./job.ts";
import { historicalPage } from "./page/historical.ts";
import { byClock, saidByClock, type Said, type Slot } from "./patterns/by-clock.ts";
import { correlations, describe, type Correlation, type Described } from "./patterns/describe.ts";
import { insightsOf } from "./patterns/insights.ts";
import { columnsOfReadings } from "./quality/field-values.ts";
import { isoTime, newestHours } from "./span.ts";

const HOURS = 7 * 24;

export interface HistoricalData {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly readings: number;
  readonly fields: readonly string[];
  readonly hours: readonly Slot[];
  readonly weekdays: readonly Slot[];
  readonly said: readonly Said[];
  readonly described: readonly Described[];
  readonly correlations: readonly Correlation[];
  readonly insights: readonly string[];
  /** Files of reports that were older than they are kept. */
  readonly deleted: number;
}

export const historicalJob: Job = {
  name: "historical",
  title: "Week in the history",
  folder: "insights_reports",
  isWatching: false,
  timetable: ({ timeZone }) => ({ everyHours: 24, hour: 3, weekday: 0, timeZone }),
  async run({ history, pipeline, atMs, timeZone, retentionDays, deleteOld, signal }: JobContext): Promise<JobReport> {
    const asked = signal && { signal };
    const span = await newestHours(history, { topic: pipeline.readings, hours: HOURS, atMs, ...asked });
    const columns = await columnsOfReadings(history, signal);
    const fields = pipeline.schema.fields.filter(({ name, feature }) => feature && columns.has(name)).map(({ name }) => name);
    const clock = { fields, span, timeZone, ...asked };
    const found = {
      from: isoTime(span.fromMs),
      to: isoTime(span.toMs),
      timeZone,
      readings: span.readings,
      fields,
      hours: await byClock(history, "hour", clock),
      weekdays: await byClock(history, "weekday", clock),
      said: await saidByClock(history, clock),
      described: await describe(history, fields, span, signal),
      correlations: await correlations(history, fields, span, signal),
      deleted: await deleteOld(),
    };
    const data: HistoricalData = { ...found, insights: insightsOf(found) };
    return {
      detail: `${counted(span.readings, "reading")} of seven days.${data.deleted === 0 ? "" : ` ${counted(data.deleted, "file")} of reports older than ${countText(retentionDays)} days deleted.`}`,
      alerts: [],
      data,
      ...historicalPage(data),
      figures: {},
    };
  },
};
