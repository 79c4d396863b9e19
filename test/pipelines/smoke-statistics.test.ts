import { expect, test } from "vitest";
import { history, topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { hopping } from "../../engine/pipeline/window-kind.ts";
import { PipelineDriver } from "../../engine/testing.ts";
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
