import process from "node:process";
import { hopping, max, mean, min, pipeline, records, stddev, topic } from "../../../engine/index.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

/** What the peers do: 13 aggregates of 5 minutes every minute, a record a window. */
export default pipeline("streams-windows")
  .from(topic(process.env["INPUT"] ?? "in"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "0s" })
  .branch((rows) =>
    rows
      .window(hopping("5m", "1m"))
      .aggregate({
        readings: records(),
        temperature_mean: mean("Temperature[C]"),
        temperature_stddev: stddev("Temperature[C]"),
        temperature_min: min("Temperature[C]"),
        temperature_max: max("Temperature[C]"),
        humidity_mean: mean("Humidity[%]"),
        humidity_stddev: stddev("Humidity[%]"),
        humidity_min: min("Humidity[%]"),
        humidity_max: max("Humidity[%]"),
        pm25_mean: mean("PM2.5"),
        pm25_stddev: stddev("PM2.5"),
        pm25_min: min("PM2.5"),
        pm25_max: max("PM2.5"),
      })
      .to(topic(process.env["OUTPUT"] ?? "out")),
  );
