import type { Alert } from "../task/alerts.ts";
import type { WrittenRow } from "../task/output.ts";
import type { SegmentColumn } from "./segment.ts";
import { asTime } from "./sql.ts";

/** Alerts are named by the record that they came of; NaN: of none. */
export function offsetOf({ id }: Alert): number {
  return Number(/^\d+_(\d+)/.exec(id)?.[1] ?? NaN);
}

export function alertColumns(alerts: readonly Alert[]): SegmentColumn[] {
  const number = (name: string, of: (alert: Alert) => number) => ({ name, parts: [Float64Array.from(alerts, of)] });
  return [
    textColumn("output", alerts, ({ topic }) => topic),
    textColumn("alert_id", alerts, ({ id }) => id),
    textColumn("alert_type", alerts, ({ kind }) => kind),
    textColumn("cause", alerts, ({ cause }) => cause),
    number("value", ({ value }) => value),
    number("threshold", ({ threshold }) => threshold),
    textColumn("severity", alerts, ({ severity }) => severity),
    textColumn("message", alerts, ({ message }) => message),
    textColumn("model_version", alerts, ({ modelVersion }) => modelVersion),
  ];
}

/** One column for each name among the values of all rows; NULL in rows that have none of that name. */
export function rowColumns(rows: readonly WrittenRow[]): SegmentColumn[] {
  const names = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  return [
    textColumn("output", rows, ({ topic }) => topic),
    { name: "window_start", parts: [Float64Array.from(rows, ({ startMs }) => startMs ?? NaN)], sql: asTime },
    ...Array.from(names, (name) => ({ name, parts: [Float64Array.from(rows, ({ values }) => values[name] ?? NaN)] })),
  ];
}

export function textColumn<Row>(name: string, rows: readonly Row[], of: (row: Row) => string | null): SegmentColumn {
  const places = new Map<string | null, number>();
  const parts = Uint32Array.from(rows, (row) => {
    const text = of(row);
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
  return { name, parts: [parts], texts: [...places.keys()] };
}
