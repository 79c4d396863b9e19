import type { Statistic, StatisticsDefinition } from "./statistics.ts";

/** Windows of five minutes, one every minute. */
export const smokeWindows = { kind: "hopping", sizeMs: 300_000, hopMs: 60_000 } as const;

const averages: readonly Statistic[] = Object.entries({
  avg_temperature: "Temperature[C]",
  avg_humidity: "Humidity[%]",
  avg_tvoc: "TVOC[ppb]",
  avg_eco2: "eCO2[ppm]",
  avg_pm25: "PM2.5",
  avg_pm10: "PM1.0", // not PM10, which the device does not measure
  avg_pressure: "Pressure[hPa]",
  avg_h2: "Raw H2",
  avg_ethanol: "Raw Ethanol",
}).map(([name, field]) => ({ name, kind: "mean", field }));

/** What is told of a sensor and five minutes on the topic `smoke_analytics`. Standard deviations and the variance are those of a sample: null for one value. */
export const smokeStatistics: StatisticsDefinition = {
  topic: "smoke_analytics",
  statistics: [
    ...averages,
    { name: "max_temperature", kind: "max", field: "Temperature[C]" },
    { name: "min_temperature", kind: "min", field: "Temperature[C]" },
    { name: "max_humidity", kind: "max", field: "Humidity[%]" },
    { name: "min_humidity", kind: "min", field: "Humidity[%]" },
    { name: "max_tvoc", kind: "max", field: "TVOC[ppb]" },
    { name: "max_pm25", kind: "max", field: "PM2.5" },
    { name: "temp_stddev", kind: "stddev", field: "Temperature[C]" },
    { name: "humidity_stddev", kind: "stddev", field: "Humidity[%]" },
    { name: "tvoc_stddev", kind: "stddev", field: "TVOC[ppb]" },
    { name: "temp_variance", kind: "variance", field: "Temperature[C]" },
    { name: "temp_median", kind: "median", field: "Temperature[C]" },
    { name: "tvoc_95th_percentile", kind: "percentile", percent: 95, field: "TVOC[ppb]" },
    { name: "record_count", kind: "records" },
    { name: "fire_alarm_count", kind: "ones", field: "Fire Alarm" },
    { name: "null_temperature_count", kind: "nulls", field: "Temperature[C]" },
    { name: "null_tvoc_count", kind: "nulls", field: "TVOC[ppb]" },
  ],
  derived: { quality_score: qualityScore },
};

/** 100 for a window without a fault, less for few readings, a sensor that is stuck, and temperatures that are none; never below 0. */
function qualityScore({ record_count: records, temp_stddev: spread, max_temperature: hottest, min_temperature: coldest }: Readonly<Record<string, number | null>>): number {
  let score = 100;
  if (records! < 10) score -= 20;
  if (spread != null && spread < 0.1) score -= 15;
  if (hottest != null && hottest > 100) score -= 25;
  if (coldest != null && coldest < -50) score -= 25;
  return Math.max(0, score);
}
