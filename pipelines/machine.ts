import { max, mean, records, slope, stddev } from "../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../engine/pipeline/endpoint.ts";
import { trailing } from "../engine/pipeline/feature-set.ts";
import { pipeline } from "../engine/pipeline/pipeline.ts";
import { hopping } from "../engine/pipeline/window-kind.ts";
import { machineSchema } from "./machine-schema.ts";

/** Zones of ISO 10816-3 for machines of medium size on rigid foundations: 2.8 mm/s satisfactory, 4.5 not for long, beyond damage. */
const zones = {
  name: "zones",
  fields: [
    { field: "vibration_rms", bounds: [{ above: 2.8, severity: "MEDIUM" }, { above: 4.5, severity: "CRITICAL" }] },
    { field: "bearing_temperature", bounds: [{ above: 80, severity: "MEDIUM" }, { above: 95, severity: "HIGH" }] },
  ],
  patterns: [],
} as const;

/** Bearings that wear out: `mangrove engine pipelines/machine.ts`. */
export default pipeline("machine")
  .from(topic("machine_readings"), machineSchema)
  .eventTime("ts", { maxOutOfOrderness: "5s", idleAfter: "1m" })
  .keyBy("machine")
  .map("crest", { adds: ["crest_factor"], columns: ({ vibration_peak, vibration_rms }, count) => ({ crest_factor: Float64Array.from({ length: count }, (_, i) => vibration_peak[i]! / vibration_rms[i]!) }) })
  .branch((rows) =>
    rows
      .window(hopping("10m", "1m"), { name: "trend" })
      .aggregate({ readings: records(), vibration: mean("vibration_rms"), vibration_rise: slope("vibration_rms"), worst: max("vibration_rms"), crest: max("crest_factor"), unrest: stddev("motor_current") })
      .to(topic("machine_trends")),
  )
  .rules(zones, { holdOff: "10m" })
  .anomalies({ fields: ["bearing_temperature"], window: 300, atLeast: 100, medium: 5, high: 8 })
  .features(trailing("1m", "10m"))
  .score(model("machine@champion"))
  .alert({ above: "threshold", holdOff: "10m" })
  .to(topic("machine_predictions"), history());

export { MachineMessages as Simulation } from "./machine-simulation.ts";
