import { field, history, hopping, mean, model, pipeline, records, schema, topic, trailing } from "../../engine/index.ts"; // "mangrove" where it is installed

const office = schema({
  fields: [field("temperature", { unit: "C" }), field("humidity", { unit: "%" }), field("light", { unit: "lux" }), field("co2", { unit: "ppm" })],
  time: { keys: ["time"], unit: "s" },
  sensorKeys: ["office"],
  label: "occupancy",
});

const air = { name: "air", patterns: [], fields: [{ field: "co2", bounds: [{ above: 1400, severity: "MEDIUM" }, { above: 2000, severity: "HIGH" }] }] } as const;

/** Whether somebody is in an office, from what hangs on its wall anyway; and whether a window should be opened. */
export default pipeline("occupancy")
  .from(topic("occupancy_readings"), office)
  .eventTime("time", { maxOutOfOrderness: "10s", idleAfter: "15m" })
  .keyBy("office")
  .branch((rows) => rows.window(hopping("1h", "10m")).aggregate({ readings: records(), mean_co2: mean("co2"), mean_light: mean("light") }).to(topic("occupancy_statistics")))
  .rules(air, { holdOff: "1h" })
  .features(trailing("10m", "1h"))
  .score(model("occupancy@champion"))
  .alert({ above: "threshold", holdOff: "10m", to: topic("occupancy_alerts") })
  .to(topic("occupancy_predictions"), history());
