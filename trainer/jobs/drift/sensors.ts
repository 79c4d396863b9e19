import type { HistoryReader } from "../../../engine/history/reader.ts";
import { literal, quoted } from "../../../engine/history/sql.ts";
import { LEAST_VALUES } from "../../../engine/monitoring/drift.ts";
import type { Field } from "../../../kernel-as/schema.ts";
import { columnsOfReadings } from "../quality/field-values.ts";
import { isoTime, within, type Span } from "../span.ts";

/** A sensor whose values of a field lie elsewhere than they used to, though those of the others do not. */
export interface ShiftedSensor {
  readonly sensor: string;
  readonly field: string;
  /** Medians of the span and of the spans before. */
  readonly median: number;
  readonly before: number;
  /** By how many widths of the middle half, less what half of all sensors have shifted. */
  readonly shift: number;
  /** From this hour on each hour's median lies nearer to the new place than to the old one, both less what all sensors do. */
  readonly since: string;
}

/** Spans before, that tell where a sensor's values use to lie. */
const SPANS_BEFORE = 7;

/** A sensor is judged once it has been there for so many of them. */
const LEAST_SPANS = 3;

/** From so many widths on a sensor has shifted. */
const LEAST_SHIFT = 2;

/** Fewer sensors do not tell what all of them do together: then nothing is taken off. */
const FLEET = 3;

const HOUR_MS = 3_600_000;

interface Own {
  readonly sensor: string;
  readonly median: number;
  readonly before: number;
  readonly width: number;
}

/** The farthest first. A field that hardly ever moves, as a gas without a leak, is left out. Throws `MGV_HISTORY`. */
export async function shiftedSensors(history: HistoryReader, fields: readonly Field[], span: Span, signal?: AbortSignal): Promise<ShiftedSensor[]> {
  const columns = await columnsOfReadings(history, signal);
  const past = { ...span, fromMs: span.fromMs - SPANS_BEFORE * (span.toMs - span.fromMs) };
  const found: ShiftedSensor[] = [];
  for (const { name } of fields.filter(({ name: field, feature }) => feature && columns.has(field))) {
    const sensors = await placesOf(history, name, { span, past }, signal);
    const shifts = shiftsOf(sensors);
    for (const [i, shift] of shifts.entries()) {
      if (shift === null || Math.abs(shift) < LEAST_SHIFT) continue;
      const { sensor, median, before } = sensors[i]!;
      found.push({ sensor, field: name, median, before, shift, since: await sinceOf(history, { sensor, field: name, isOfFleet: sensors.length >= FLEET, span, past }, signal) });
    }
  }
  return found.sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift));
}

/** Quartiles are approximate, so that no values have to be held. */
async function placesOf(history: HistoryReader, field: string, { span, past }: { span: Span; past: Span }, signal?: AbortSignal): Promise<Own[]> {
  const isNew = `event_time > epoch_ms(${Math.floor(span.fromMs)})`;
  const value = `CAST(${quoted(field)} AS DOUBLE)`;
  const sql = `
    SELECT sensor, approx_quantile(${value}, 0.5) FILTER (${isNew}) AS median, approx_quantile(${value}, [0.25, 0.5, 0.75]) FILTER (NOT ${isNew}) AS before
    FROM readings WHERE ${within(past)} AND ${quoted(field)} IS NOT NULL
    GROUP BY sensor HAVING min(event_time) <= epoch_ms(${Math.floor(span.fromMs - (LEAST_SPANS - 1) * (span.toMs - span.fromMs))}) AND count(*) FILTER (${isNew}) >= ${LEAST_VALUES} AND count(*) FILTER (NOT ${isNew}) >= ${LEAST_VALUES} ORDER BY sensor`;
  const rows = await history.rows(sql, { ...(signal && { signal }) });
  return rows.map((row) => {
    const [low, middle, high] = row["before"] as [number, number, number];
    return { sensor: row["sensor"] as string, median: row["median"] as number, before: middle, width: high - low };
  });
}

/** Null where the middle half has no width. */
function shiftsOf(sensors: readonly Own[]): (number | null)[] {
  const usual = middleOf(sensors.map(({ width }) => width)) ?? 0;
  const raw = sensors.map(({ median, before, width }) => {
    const scale = Math.max(width, usual);
    return scale > 0 ? (median - before) / scale : null;
  });
  const known = raw.filter((each) => each !== null);
  const common = known.length < FLEET ? 0 : middleOf(known)!;
  return raw.map((each) => (each === null ? null : each - common));
}

function middleOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

interface Shifted {
  readonly sensor: string;
  readonly field: string;
  /** There are enough others to tell what all of them do. */
  readonly isOfFleet: boolean;
  readonly span: Span;
  readonly past: Span;
}

/** Each hour by its median, of a fleet less that of all sensors. */
async function sinceOf(history: HistoryReader, { sensor, field, isOfFleet, span, past }: Shifted, signal?: AbortSignal): Promise<string> {
  const middles = (name: string, which: string) => `${name} AS (SELECT epoch_ms(event_time) // ${HOUR_MS} AS hour, median(CAST(${quoted(field)} AS DOUBLE)) AS middle FROM readings WHERE ${within(past)} AND ${quoted(field)} IS NOT NULL ${which} GROUP BY hour)`;
  const isNew = `hour >= ${Math.floor(span.fromMs / HOUR_MS)}`;
  const sql = `
    WITH ${middles("own", `AND sensor = ${literal(sensor)}`)}, ${middles("everyone", "")},
    apart AS (SELECT hour, own.middle - ${isOfFleet ? "everyone.middle" : "0"} AS middle FROM own JOIN everyone USING (hour)),
    places AS (SELECT median(middle) FILTER (${isNew}) AS now, median(middle) FILTER (NOT ${isNew}) AS before FROM apart),
    old AS (SELECT max(hour) AS last FROM apart, places WHERE abs(middle - before) <= abs(middle - now))
    SELECT CAST(min(hour) AS DOUBLE) AS hour FROM apart, old WHERE old.last IS NULL OR hour > old.last`;
  const [row] = await history.rows(sql, { ...(signal && { signal }) });
  const hour = row?.["hour"] as number | null | undefined;
  return isoTime(hour == null ? span.toMs : hour * HOUR_MS);
}
