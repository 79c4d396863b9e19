import { pipeline } from "../engine/pipeline/pipeline.ts";
import { smokeSchema } from "./smoke-schema.ts";

export const smoke = pipeline("smoke", { from: "smoke_sensor_data", schema: smokeSchema })
  .trailing({ spansMs: [60_000, 300_000] })
  .score({ to: "smoke_predictions" })
  .alert({ to: "smoke_alerts", holdOffMs: 300_000 })
  .reject({ to: "smoke_dead_letter" });
