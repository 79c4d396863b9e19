import { field, history, mean, model, pipeline, records, schema, topic, trailing, tumbling } from "../../engine/index.ts"; // "mangrove" where it is installed

const meter = schema({
  fields: [field("power", { unit: "W", min: 0, max: 20_000 }), field("flow", { unit: "l/min", min: 0, max: 200 })],
  time: { keys: ["ts"], unit: "s" },
  sensorKeys: ["meter"],
  label: "leak",
});

/** Meters that post what they measure. */
export default pipeline("meter")
  .from(topic("meter_readings"), meter)
  .eventTime("ts", { maxOutOfOrderness: "1m", idleAfter: "10m" })
  .keyBy("meter")
  .branch((rows) => rows.window(tumbling("15m")).aggregate({ readings: records(), mean_power: mean("power") }).to(topic("meter_quarters")))
  .features(trailing("15m"))
  .score(model("meter@champion"))
  .alert({ above: "threshold", holdOff: "15m", to: topic("meter_alerts") })
  .to(topic("meter_predictions"), history());
