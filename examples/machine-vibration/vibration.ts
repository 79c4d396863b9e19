import { history, hopping, max, mean, model, percentile, pipeline, records, slope, sliding, topic, trailing } from "../../engine/index.ts"; // "mangrove" where it is installed
import { machineSchema } from "../../pipelines/machine-schema.ts";

/** Bearings: a trend each minute, the worst of the last minute with each reading, and a forest that knows what comes before a failure. */
export default pipeline("vibration")
  .from(topic("machine_readings"), machineSchema)
  .eventTime("ts", { maxOutOfOrderness: "5s", idleAfter: "1m" })
  .keyBy("machine")
  .branch((rows) =>
    rows
      .window(hopping("10m", "1m"), { name: "trend", allowedLateness: "1m", late: topic("vibration_late") })
      .aggregate({ readings: records(), mean_rms: mean("vibration_rms"), mean_rise: slope("vibration_rms"), mean_p95: percentile("vibration_rms", 95) })
      .to(topic("vibration_trends")),
  )
  .branch((rows) =>
    rows
      .filter("running", { columns: ({ speed }, count) => Uint8Array.from({ length: count }, (_, i) => (speed[i]! > 100 ? 1 : 0)) })
      .window(sliding("1m"), { name: "worst" })
      .aggregate({ worst: max("vibration_rms"), hottest: max("bearing_temperature") })
      .to(topic("vibration_worst")),
  )
  .features(trailing("1m", "10m"))
  .score(model("vibration@champion"))
  .alert({ above: "threshold", holdOff: "10m", to: topic("vibration_alerts") })
  .to(topic("vibration_predictions"), history());

export { MachineMessages as Simulation } from "../../pipelines/machine-simulation.ts";
