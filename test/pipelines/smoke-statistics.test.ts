import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { history, topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { hopping } from "../../engine/pipeline/window-kind.ts";
import { PipelineDriver } from "../../engine/testing.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { qualityScore, smokeStatistics } from "../../pipelines/smoke-statistics.ts";

const statistics = pipeline("smoke").from(topic("smoke_sensor_data"), smokeSchema).eventTime("UTC", { maxOutOfOrderness: "0s" }).branch(smokeStatistics(hopping("5m", "1m"))).to(topic("rows"), history());

/** A message as the original's producer writes it: 15 keys, the label a string. */
const message = (seconds: number, changes: Record<string, unknown> = {}) => ({
  UTC: 1_654_732_800 + seconds,
  "Temperature[C]": 20,
  "Humidity[%]": 50,
  "TVOC[ppb]": 100,
  "eCO2[ppm]": 400,
  "Raw H2": 13_000,
  "Raw Ethanol": 20_000,
  "Pressure[hPa]": 939,
  "PM1.0": 1.5,
  "PM2.5": 2.5,
  "NC0.5": 10,
  "NC1.0": 2,
  "NC2.5": 0.5,
  CNT: seconds,
  "Fire Alarm": "0",
  ...changes,
});

//  minutes   -4    …   0     1                 5 + 5
//            ├── five windows hold the readings of minute 0 ──┤
test("the statistics have the original's names, in its order, over windows aligned to the epoch", async () => {
  using driver = await PipelineDriver.open(statistics);
  const temperatures = [0, 10, 20, 30];
  driver.pipe(temperatures.map((celsius, i) => message(i, { "Temperature[C]": celsius, "TVOC[ppb]": i * 100, "Fire Alarm": String(Number(i === 3)) })), { key: "kitchen" });
  driver.pipe(message(4, { "Temperature[C]": "NULL", "TVOC[ppb]": null }), { key: "kitchen" }).end();
  const records = driver.output("smoke_analytics");
  expect(records).toHaveLength(5);
  expect(Object.keys(records[0])).toEqual(
    ("sensor_id window_start window_end avg_temperature avg_humidity avg_tvoc avg_eco2 avg_pm25 avg_pm10 avg_pressure avg_h2 avg_ethanol max_temperature min_temperature max_humidity min_humidity " +
      "max_tvoc max_pm25 temp_stddev humidity_stddev tvoc_stddev temp_variance temp_median tvoc_95th_percentile record_count fire_alarm_count null_temperature_count null_tvoc_count quality_score").split(" "),
  );
  expect(records[4]).toMatchObject({
    sensor_id: "kitchen",
    window_start: "2022-06-09T00:00:00.000Z",
    window_end: "2022-06-09T00:05:00.000Z",
    avg_temperature: 15,
    min_temperature: 0,
    max_temperature: 30,
    temp_median: 15,
    tvoc_95th_percentile: 285,
    avg_pm10: 1.5,
    record_count: 5,
    fire_alarm_count: 1,
    null_temperature_count: 1,
    null_tvoc_count: 1,
    quality_score: 80,
  });
  expect(records[4].temp_variance).toBeCloseTo(500 / 3, 10);
});

test("one reading has no variance, and a window without a temperature has none to tell", async () => {
  using driver = await PipelineDriver.open(statistics);
  driver.pipe([message(0), message(600, { "Temperature[C]": null })], { key: "s" }).end();
  expect(driver.output("smoke_analytics")[0]).toMatchObject({ record_count: 1, temp_variance: null, temp_stddev: null, avg_temperature: 20 });
  expect(driver.output("smoke_analytics").at(-1)).toMatchObject({ record_count: 1, avg_temperature: null, max_temperature: null, null_temperature_count: 1, quality_score: 80 });
});

test.each([
  [{ record_count: 300, temp_stddev: 1, max_temperature: 30, min_temperature: 10 }, 100],
  [{ record_count: 9, temp_stddev: 0.05, max_temperature: 101, min_temperature: -51 }, 15],
  [{ record_count: 10, temp_stddev: 0.1, max_temperature: 100, min_temperature: -50 }, 100],
  [{ record_count: 10, temp_stddev: NaN, max_temperature: NaN, min_temperature: NaN }, 100],
])("a window of %j has quality %d", (row, quality) => {
  expect(qualityScore(row)).toBe(quality);
});

/** The recording, read by DuckDB; its parts, which go back in time, as sensors of their own. */
async function recorded() {
  const database = await DuckDBInstance.create(":memory:");
  const connection = await database.connect();
  const names = smokeSchema.fields.map(({ name }) => name);
  await connection.run(`create table readings as
    with numbered as (select *, row_number() over () as row from read_csv('${recordingPath}', header = true)),
         marked as (select *, case when UTC < lag(UTC) over (order by row) then 1 else 0 end as back from numbered)
    select UTC::double as "UTC", sum(back) over (order by row)::integer as sensor, row::double as row, ${names.map((name) => `"${name}"::double as "${name}"`).join(", ")}, "Fire Alarm"::double as "Fire Alarm" from marked`);
  return async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, string | number | null>[];
}

describe.skipIf(recordingAbsent !== null)(`the statistics of the recording${recordingAbsent === null ? "" : `: skipped, ${recordingAbsent}`}`, () => {
  test("are those of SQL, all windows, all keys", async () => {
    const query = await recorded();
    const rows = await query("select * from readings order by row");
    using driver = await PipelineDriver.open(statistics);
    for (let first = 0; first < rows.length; first += 1000) {
      driver.pipe(rows.slice(first, first + 1000).map((row) => ({ ...row, sensor_id: `sensor-${row["sensor"]}` })));
    }
    const found = driver.end().output("smoke_analytics");
    const wanted = await query(`
      with hops as (select readings.*, ("UTC"::bigint // 60 - hop) * 60000 as start_ms from readings, range(5) as hops(hop))
      select sensor, start_ms, ${Object.entries(sqlOf).map(([name, sql]) => `(${sql})::double as ${name}`).join(", ")}
      from hops group by sensor, start_ms order by start_ms, sensor`);
    expect(wanted.length).toBeGreaterThan(1000);
    const inOrder = found.toSorted((a, b) => a.window_start.localeCompare(b.window_start) || a.sensor_id.localeCompare(b.sensor_id, "en", { numeric: true }));
    expect(inOrder.length).toBe(wanted.length);
    for (const [i, record] of inOrder.entries()) {
      const row = wanted[i]!;
      expect([record.sensor_id, record.window_start]).toEqual([`sensor-${row["sensor"]}`, new Date(Number(row["start_ms"])).toISOString()]);
      for (const name of Object.keys(sqlOf)) {
        const [x, y] = [row[name] as number | null, record[name] as number | null];
        const isRounded = /avg|stddev|variance|median|percentile/.test(name);
        const near = x !== null && y !== null && isRounded && Math.abs(x - y) <= 1e-12 * Math.abs(x);
        if (x !== y && !near) throw new Error(`${name} of ${record.window_start}, ${record.sensor_id}: ${y}, by SQL ${x}`);
      }
    }
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
  fire_alarm_count: 'sum(case when "Fire Alarm" = 1 then 1 else 0 end)',
  null_temperature_count: `count(*) - count(${temperature})`,
  null_tvoc_count: `count(*) - count(${tvoc})`,
};
