import { history, hopping, model, pipeline, topic, trailing } from "../../../engine/index.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";
import { smokeStatistics } from "../../../pipelines/smoke-statistics.ts";

/** The smoke pipeline, but for its predictions, which go to the history alone. */
export default pipeline("bench-alerts")
  .from(topic("bench_readings"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
  .branch(smokeStatistics(hopping("5m", "1m")))
  .features(trailing("1m", "5m", { of: ["change", "baseline", "alone"] }))
  .score(model("smoke"))
  .alert({ of: "fire", holdOff: "5m", to: topic("bench_alerts") })
  .to(history());
