import { z } from "@hono/zod-openapi";
import type { Schema } from "../../kernel-as/schema.ts";

export const keptLabelsSchema = z.object({ accepted: z.int().openapi({ description: "Labels that are on disk, or that every in-sync replica of their topic has." }) }).openapi("KeptLabels");

export type KeptLabels = z.infer<typeof keptLabelsSchema>;

/** A request with one label or more. */
export function labelsRequestSchema({ schema: { time }, event, maxLabels }: { readonly schema: Schema; readonly event: string; readonly maxLabels: number }) {
  const moment = z.union([z.number(), z.iso.datetime({ offset: true })]).openapi({ description: `Event time: epoch ${time.unit === "s" ? "seconds" : "milliseconds"}, or ISO 8601 with a zone.` });
  const label = z
    .looseObject({
      sensor: z.string().openapi({ description: "As its readings name it.", example: "kitchen" }),
      from: moment,
      to: moment,
      label: z.union([z.literal(0), z.literal(1)]).openapi({ description: `1 is \`${event}\`.` }),
      who: z.string().openapi({ description: "Who says so.", example: "Ada" }),
    })
    .openapi("Label", { description: "What somebody says of the sensor's readings from `from` on and before `to`. The last word wins." });
  const labels = z.array(label).min(1).max(maxLabels);
  return z.union([label, labels, z.object({ data: labels })]).openapi("LabelsRequest");
}
