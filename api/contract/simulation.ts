import { z } from "@hono/zod-openapi";

const fireSchema = z
  .object({
    sensor_id: z.string(),
    began: z.iso.datetime().openapi({ description: "Event time of its first reading." }),
    burning: z.boolean(),
  })
  .openapi("SimulatedFire");

export const simulationSchema = z
  .object({
    description: z.string(),
    sensors: z.int().nullable(),
    time: z.iso.datetime().nullable().openapi({ description: "Event time of the latest readings; null before the first." }),
    speed: z.number().nullable().openapi({ description: "Times real time; 0: it stands still; null: it does not wait, and has no pace to change." }),
    most_speed: z.number(),
    has_rooms: z.boolean().openapi({ description: "Whether fires can be lit." }),
    fires: z.array(fireSchema).openapi({ description: "The newest 100 that were lit, the newest last." }),
  })
  .openapi("Simulation");

export const litFireSchema = z.object({ fire: fireSchema }).openapi("LitFire");

export const lightRequestSchema = z.object({ sensor_id: z.string().min(1).max(249).openapi({ example: "sensor-01" }) }).openapi("LightFire");

export const speedRequestSchema = z.object({ speed: z.number().openapi({ description: "Times real time; 0 makes it stand still.", example: 10 }) }).openapi("SimulationSpeed");

export type SimulationAnswer = z.infer<typeof simulationSchema>;
export type SimulatedFire = z.infer<typeof fireSchema>;
export type LitFireAnswer = z.infer<typeof litFireSchema>;
