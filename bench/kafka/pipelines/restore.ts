import { model, pipeline, topic, trailing } from "../../../engine/index.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

/** As predictions.ts, of a topic of many sensors. */
export default pipeline("bench-restore")
  .from(topic("bench_many"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
  .features(trailing("1m", "5m", { of: ["change", "baseline", "alone"] }))
  .score(model("smoke"))
  .to(topic("bench_predictions"));
