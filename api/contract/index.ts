import { z } from "@hono/zod-openapi";
import { endpointSchema } from "./service.ts";

export const indexSchema = z
  .object({
    name: z.string(),
    pipeline: z.string(),
    version: z.string(),
    openapi: z.string(),
    endpoints: z.array(endpointSchema),
  })
  .openapi("Index");

export type Index = z.infer<typeof indexSchema>;
