import { history, model, topic } from "../engine/pipeline/endpoint.ts";
import { trailing } from "../engine/pipeline/feature-set.ts";
import { pipeline } from "../engine/pipeline/pipeline.ts";
import { hopping, type WindowKind } from "../engine/pipeline/window-kind.ts";
import { smokeSchema } from "./smoke-schema.ts";
import { smokeStatistics } from "./smoke-statistics.ts";

/** The smoke pipeline with its statistics over these windows. */
export function smokeWith(window: WindowKind) {
  return pipeline("smoke")
    .from(topic("smoke_sensor_data"), smokeSchema)
    .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
    .keyBy("sensor_id")
    .branch(smokeStatistics(window))
    .features(trailing("1m", "5m", { of: ["change", "baseline", "alone"] }))
    .score(model("smoke@champion"))
    .alert({ of: "fire", above: "threshold", holdOff: "5m", to: topic("smoke_alerts") })
    .to(topic("smoke_predictions"), history())
    .reject(topic("smoke_dead_letter"));
}

export default smokeWith(hopping("5m", "1m"));
