import { createRoute } from "@hono/zod-openapi";
import { trainingBegunSchema, type TrainingBegun } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function trainRoutes(app: Api, { train }: AppOptions): void {
  addRoute(app, "admin", begin, (c) => {
    if (!train) return refuse(c, { code: "MGV_NOT_READY", detail: "This process trains nothing: npm start runs one that does, or use `mangrove retrain`." });
    if (!train()) return refuse(c, { code: "MGV_NOT_READY", status: 409, detail: "A training is going on. Wait until it is done: GET /model/info tells which model is in use." });
    const body: TrainingBegun = { status: "started", detail: "A training on the history has begun. Its outcome is told in the log; GET /model/info tells which model is in use." };
    return c.json(body, 202);
  });
}

const begin = createRoute({
  method: "post",
  path: "/train",
  summary: "Begins a training on the history; what passes the gates takes the place of the model in use",
  responses: answers(trainingBegunSchema, "It has begun", [409, 503], 202),
});
