import { z } from "@hono/zod-openapi";

export const trainingBegunSchema = z.object({ status: z.literal("started"), detail: z.string() }).openapi("TrainingBegun");

export type TrainingBegun = z.infer<typeof trainingBegunSchema>;
