import { max, mean, median, min, nulls, ones, percentile, records, stddev, variance } from "../engine/pipeline/aggregate.ts";
import { topic } from "../engine/pipeline/endpoint.ts";
import type { Stream } from "../engine/pipeline/stream.ts";
import type { WindowKind } from "../engine/pipeline/window-kind.ts";

type SmokeField = "Temperature[C]" | "Humidity[%]" | "TVOC[ppb]" | "eCO2[ppm]" | "Raw H2" | "Raw Ethanol" | "Pressure[hPa]" | "PM1.0" | "PM2.5" | "Fire Alarm";

/** What is told of each sensor and window on topic `smoke_analytics`, under the names of the system that this one replaces. */
export const statistics = {
  avg_temperature: mean("Temperature[C]"),
  avg_humidity: mean("Humidity[%]"),
  avg_tvoc: mean("TVOC[ppb]"),
  avg_eco2: mean("eCO2[ppm]"),
  avg_pm25: mean("PM2.5"),
  /** Of PM1.0: the name is the old one. */
  avg_pm10: mean("PM1.0"),
  avg_pressure: mean("Pressure[hPa]"),
  avg_h2: mean("Raw H2"),
  avg_ethanol: mean("Raw Ethanol"),
  max_temperature: max("Temperature[C]"),
  min_temperature: min("Temperature[C]"),
  max_humidity: max("Humidity[%]"),
  min_humidity: min("Humidity[%]"),
  max_tvoc: max("TVOC[ppb]"),
  max_pm25: max("PM2.5"),
  temp_stddev: stddev("Temperature[C]"),
  humidity_stddev: stddev("Humidity[%]"),
  tvoc_stddev: stddev("TVOC[ppb]"),
  temp_variance: variance("Temperature[C]"),
  temp_median: median("Temperature[C]"),
  tvoc_95th_percentile: percentile("TVOC[ppb]", 95),
  record_count: records(),
  fire_alarm_count: ones("Fire Alarm"),
  null_temperature_count: nulls("Temperature[C]"),
  null_tvoc_count: nulls("TVOC[ppb]"),
} as const;

/** The steps from readings to `smoke_analytics`. */
export function smokeStatistics(window: WindowKind) {
  return (rows: Stream<SmokeField>) =>
    rows
      .window(window, { name: "statistics" })
      .aggregate(statistics)
      .map("quality", { adds: ["quality_score"], row: (row) => ({ quality_score: qualityScore(row) }) })
      .to(topic("smoke_analytics"));
}

/** 100 for a window to rely on, less for few readings, a stuck thermometer, or temperatures that no room has. Missing values take nothing off. */
export function qualityScore(row: { readonly record_count: number; readonly temp_stddev: number; readonly max_temperature: number; readonly min_temperature: number }): number {
  const few = row.record_count < 10 ? 20 : 0;
  const stuck = row.temp_stddev < 0.1 ? 15 : 0;
  const hot = row.max_temperature > 100 ? 25 : 0;
  const cold = row.min_temperature < -50 ? 25 : 0;
  return 100 - few - stuck - hot - cold;
}
