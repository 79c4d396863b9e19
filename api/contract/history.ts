import { z } from "@hono/zod-openapi";

export const historyAnswerSchema = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.unknown())).openapi({ description: "Times as ISO 8601 in UTC; whole numbers beyond 2^53 as texts; what is missing is null." }),
    row_count: z.int(),
    truncated: z.boolean(),
    note: z.string().nullable().openapi({ description: "Why there are more rows than these; null: these are all." }),
  })
  .openapi("HistoryAnswer");
