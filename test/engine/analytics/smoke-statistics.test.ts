import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { smokeStatistics, smokeWindows } from "../../../engine/analytics/smoke-statistics.ts";
import { aggregatesOf, recordsOf, type StatisticsDefinition, type StatisticsRecord } from "../../../engine/analytics/statistics.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { WindowState } from "../../../kernel-as/host/windows.ts";
import type { WindowSpec } from "../../../kernel-as/window-spec.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";
import { recordingAbsent, recordingPath } from "../../fixtures/recording.ts";

const kernel = await loadKernel();

const spec: WindowSpec = {
  ...smokeWindows,
  clock: "sensor",
  maxOutOfOrdernessMs: 0,
  idleAfterMs: null,
  forgetAfterMs: null,
  allowedLatenessMs: 0,
  emit: "final",
  aggregates: aggregatesOf(smokeSchema, smokeStatistics),
};

interface Rows {
  readonly timesMs: Float64Array;
  readonly sensors: Uint32Array;
  readonly columns: readonly Float64Array[];
}

/** Batches of 1,000 readings, and the end. */
function statisticsOf({ timesMs, sensors, columns }: Rows, definition = smokeStatistics, own = spec): StatisticsRecord[] {
  using arena = new Arena(kernel);
  using windows = new WindowState(kernel, arena, { spec: own, root: 0 });
  const records: StatisticsRecord[] = [];
  const name = (sensor: number) => `sensor-${sensor}`;
  for (let from = 0; from < timesMs.length; from += 1000) {
    const part = timesMs.subarray(from, from + 1000);
    const told = windows.push({
      sensors: sensors.subarray(from, from + 1000),
      timesMs: part,
      appendTimesMs: new Float64Array(part.length).fill(NaN),
      columns: columns.map((column) => column.subarray(from, from + 1000)),
    });
    expect(told.late.length).toBe(0);
    records.push(...recordsOf(definition, told, name));
  }
  return [...records, ...recordsOf(definition, windows.end(), name)];
}

/** Readings of one sensor, a second apart, all fields of one value but for the temperature. */
function secondsOf(temperatures: readonly number[]): Rows {
  const columns = Array.from({ length: smokeSchema.fields.length + 1 }, (_, column) => Float64Array.from(temperatures, (x) => (column === 0 ? x : 1)));
  return { timesMs: Float64Array.from(temperatures, (_, i) => 600_000 + i * 1000), sensors: new Uint32Array(temperatures.length), columns };
}

describe("statistics of five minutes", () => {
  test("a record has the keys that the topic had, in their order, with times in ISO 8601", () => {
    const [first] = statisticsOf(secondsOf([20, 22, NaN]));
    expect(first).toEqual({
      sensor_id: "sensor-0",
      window_start: "1970-01-01T00:06:00.000Z",
      window_end: "1970-01-01T00:11:00.000Z",
      avg_temperature: 21,
      avg_humidity: 1,
      avg_tvoc: 1,
      avg_eco2: 1,
      avg_pm25: 1,
      avg_pm10: 1,
      avg_pressure: 1,
      avg_h2: 1,
      avg_ethanol: 1,
      max_temperature: 22,
      min_temperature: 20,
      max_humidity: 1,
      min_humidity: 1,
      max_tvoc: 1,
      max_pm25: 1,
      temp_stddev: Math.SQRT2,
      humidity_stddev: 0,
      tvoc_stddev: 0,
      temp_variance: 2,
      temp_median: 21,
      tvoc_95th_percentile: 1,
      record_count: 3,
      fire_alarm_count: 3,
      null_temperature_count: 1,
      null_tvoc_count: 0,
      quality_score: 80,
    });
  });

  test.each([
    ["ten lively readings", Array.from({ length: 10 }, (_, i) => 20 + i), 100],
    ["nine", Array.from({ length: 9 }, (_, i) => 20 + i), 80],
    ["one, of which no spread is known", [20], 80],
    ["stuck", Array.from({ length: 10 }, () => 20), 85],
    ["too hot", Array.from({ length: 10 }, (_, i) => 92 + i), 75],
    ["too hot, too cold and too few", [101, -51], 30],
  ])("the quality of %s", (_, temperatures, score) => {
    expect(statisticsOf(secondsOf(temperatures))[0]).toMatchObject({ quality_score: score });
  });

  test("a field that is not in the schema is named, with the nearest that is", () => {
    const wrong: StatisticsDefinition = { topic: "other", statistics: [{ name: "x", kind: "mean", field: "Temprature" }] };
    expect(() => aggregatesOf(smokeSchema, wrong)).toThrow(/no field Temprature/);
  });
});

/** The recording, read by DuckDB; its parts, which go back in time, as sensors of their own. */
async function recorded(): Promise<Rows & { query: (sql: string) => Promise<Record<string, unknown>[]> }> {
  const database = await DuckDBInstance.create(":memory:");
  const connection = await database.connect();
  const names = smokeSchema.fields.map(({ name }) => name);
  await connection.run(`create table readings as
    with numbered as (select *, row_number() over () as row from read_csv('${recordingPath}', header = true)),
         marked as (select *, case when UTC < lag(UTC) over (order by row) then 1 else 0 end as back from numbered)
    select UTC * 1000 as time_ms, sum(back) over (order by row)::integer as sensor, row, ${names.map((name) => `"${name}"::double as "${name}"`).join(", ")}, "Fire Alarm"::double as label from marked`);
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, unknown>[];
  const rows = await query("select * from readings order by row");
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[name]));
  return {
    timesMs: column("time_ms"),
    sensors: Uint32Array.from(rows, ({ sensor }) => Number(sensor)),
    columns: [...names, "label"].map(column),
    query,
  };
}

describe.skipIf(recordingAbsent !== null)(`the statistics of the recording are those of SQL${recordingAbsent === null ? "" : `: skipped, ${recordingAbsent}`}`, () => {
  test("all windows, all keys", async () => {
    const { query, ...rows } = await recorded();
    const found = statisticsOf(rows);
    const [first, ...others] = Object.keys(sqlOf);
    const wanted = await query(`
      with hops as (select readings.*, (time_ms // 60000 - hop) * 60000 as start_ms from readings, range(5) as hops(hop))
      select sensor, start_ms, ${[first!, ...others].map((name) => `(${sqlOf[name]})::double as ${name}`).join(", ")}
      from hops group by sensor, start_ms order by start_ms, sensor`);
    expect(wanted.length).toBeGreaterThan(1000);
    const inOrder = found.toSorted((a, b) => a.window_start.localeCompare(b.window_start) || a.sensor_id.localeCompare(b.sensor_id, "en", { numeric: true }));
    expect(inOrder.length).toBe(wanted.length);
    inOrder.forEach((record, i) => {
      const row = wanted[i]!;
      expect([record.sensor_id, record.window_start]).toEqual([`sensor-${String(row["sensor"])}`, new Date(Number(row["start_ms"])).toISOString()]);
      for (const name of Object.keys(sqlOf)) {
        const x = row[name] as number | null;
        const y = record[name] as number | null;
        const isRounded = /avg|stddev|variance|median|percentile/.test(name);
        const near = x !== null && y !== null && isRounded && Math.abs(x - y) <= 1e-12 * Math.abs(x);
        if (x !== y && !near) throw new Error(`${name} of ${record.window_start}, ${record.sensor_id}: ${y}, by SQL ${x}`);
      }
    });
  });
});

const temperature = `"Temperature[C]"`;
const humidity = `"Humidity[%]"`;
const tvoc = `"TVOC[ppb]"`;

const sqlOf: Readonly<Record<string, string>> = {
  avg_temperature: `avg(${temperature})`,
  avg_humidity: `avg(${humidity})`,
  avg_tvoc: `avg(${tvoc})`,
  avg_eco2: `avg("eCO2[ppm]")`,
  avg_pm25: `avg("PM2.5")`,
  avg_pm10: `avg("PM1.0")`,
  avg_pressure: `avg("Pressure[hPa]")`,
  avg_h2: `avg("Raw H2")`,
  avg_ethanol: `avg("Raw Ethanol")`,
  max_temperature: `max(${temperature})`,
  min_temperature: `min(${temperature})`,
  max_humidity: `max(${humidity})`,
  min_humidity: `min(${humidity})`,
  max_tvoc: `max(${tvoc})`,
  max_pm25: `max("PM2.5")`,
  temp_stddev: `stddev_samp(${temperature})`,
  humidity_stddev: `stddev_samp(${humidity})`,
  tvoc_stddev: `stddev_samp(${tvoc})`,
  temp_variance: `var_samp(${temperature})`,
  temp_median: `quantile_cont(${temperature}, 0.5)`,
  tvoc_95th_percentile: `quantile_cont(${tvoc}, 0.95)`,
  record_count: "count(*)",
  fire_alarm_count: "sum(case when label = 1 then 1 else 0 end)",
  null_temperature_count: `count(*) - count(${temperature})`,
  null_tvoc_count: `count(*) - count(${tvoc})`,
};
