import { z } from "@hono/zod-openapi";
import { explanationParts } from "./explanation.ts";
import { modelBriefSchema } from "./prediction.ts";
import { timestamp } from "./values.ts";

export const alertExplanationSchema = (event: string) =>
  z
    .object({
      alert_id: z.string(),
      basis: z.enum(["window", "reading"]).openapi({ description: "`window`: what the model read when the alert was raised, with the sensor's readings before it. `reading`: the reading alone, by the model in use, because what the model read is not held." }),
      ...explanationParts(event),
      timestamp,
      model_info: modelBriefSchema,
    })
    .openapi("AlertExplanation");

export type AlertExplanation = z.infer<ReturnType<typeof alertExplanationSchema>>;
