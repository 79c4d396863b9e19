import { history, model, topic } from "../engine/pipeline/endpoint.ts";
import { trailing } from "../engine/pipeline/feature-set.ts";
import { pipeline } from "../engine/pipeline/pipeline.ts";
import { smokeSchema } from "./smoke-schema.ts";

export default pipeline("smoke")
  .from(topic("smoke_sensor_data"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
  .keyBy("sensor_id")
  .features(trailing("1m", "5m"))
  .score(model("smoke@champion"))
  .alert({ above: "threshold", holdOff: "5m", to: topic("smoke_alerts") })
  .to(topic("smoke_predictions"), history())
  .reject(topic("smoke_dead_letter"));
