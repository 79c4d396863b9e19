import { z } from "@hono/zod-openapi";
import { errorCodes } from "../../kernel-as/errors.ts";

/* What several answers have in common. */

export const timestamp = z.iso.datetime().openapi({ description: "When the answer was made." });
export const code = z.enum(errorCodes).openapi("ErrorCode");
export const probability = z.number().min(0).max(1);
export const modelVersion = z.string().openapi({ description: "The first 12 digits of the SHA-256 of the model file.", example: "3f1c0a9be27d" });
export const trainedOn = z.string().openapi({ description: "`simulated`, or the days of the readings that were learned from and their hash.", example: "simulated" });
