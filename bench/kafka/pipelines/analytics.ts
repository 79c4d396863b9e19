import { hopping, pipeline, topic } from "../../../engine/index.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";
import { smokeStatistics } from "../../../pipelines/smoke-statistics.ts";

/** The smoke pipeline's statistics of windows, and nothing else. */
export default pipeline("bench-analytics")
  .from(topic("bench_readings"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
  .branch(smokeStatistics(hopping("5m", "1m")));
