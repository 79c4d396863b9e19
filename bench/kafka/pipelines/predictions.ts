import { trailing, pipeline, topic, model } from "../../../engine/index.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

/** Every reading to a prediction of its own on Kafka, by the smoke pipeline's features. */
export default pipeline("bench-predictions")
  .from(topic("bench_readings"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
  .features(trailing("1m", "5m", { of: ["change", "baseline", "alone"] }))
  .score(model("smoke"))
  .to(topic("bench_predictions"));
