import { z } from "@hono/zod-openapi";
import { code } from "./values.ts";

export const fieldErrorSchema = z
  .object({
    pointer: z.string().openapi({ description: "JSON pointer (RFC 6901) into the request body.", example: "/Temperature[C]" }),
    code,
    detail: z.string(),
  })
  .openapi("FieldError");

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "The path that was asked for." }),
    code,
    error: z.string().openapi({ description: "The detail, for clients that look here." }),
    details: z.string().openapi({ description: "The same, for clients that look here." }),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .openapi("Problem");

export type FieldError = z.infer<typeof fieldErrorSchema>;
export type Problem = z.infer<typeof problemSchema>;
