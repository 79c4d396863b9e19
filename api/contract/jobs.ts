import { z } from "@hono/zod-openapi";

const moment = z.iso.datetime();

const lastRunSchema = z
  .object({
    began: moment.openapi({ description: "Of the first attempt." }),
    ended: moment,
    outcome: z.enum(["succeeded", "failed"]),
    attempts: z.int().min(1),
    detail: z.string().openapi({ description: "What came of it, or what went wrong." }),
    report: z.string().nullable().openapi({ description: "The newest report, without its ending, from the folder of all reports on." }),
  })
  .openapi("JobRun");

const jobSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    schedule: z.string().openapi({ description: "For people.", example: "every 6 hours from 00:00, Europe/Berlin" }),
    next: moment.nullable().openapi({ description: "When it is due; null: not by the clock of this process." }),
    running: z.boolean().openapi({ description: "Whether this process runs it, or waits to try it again." }),
    last: lastRunSchema.nullable(),
  })
  .openapi("Job");

export const jobsSchema = z.object({ jobs: z.array(jobSchema) }).openapi("Jobs");

export const jobBegunSchema = z.object({ status: z.literal("started"), detail: z.string() }).openapi("JobBegun");

export type JobAnswer = z.infer<typeof jobSchema>;
export type JobBegun = z.infer<typeof jobBegunSchema>;
