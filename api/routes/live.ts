import { createRoute } from "@hono/zod-openapi";
import { gzipped } from "../gzip.ts";
import { latestSchema } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function liveRoutes(app: Api, { feed, pipeline, models, now }: AppOptions): void {
  addRoute(app, "read", live, async (c) => {
    if (!feed) return refuse(c, { code: "MGV_NOT_READY", detail: "This process has nothing to look at: start it with mangrove up or mangrove api." });
    const { last, predictions, alerts, deadLetters, stats } = feed.snapshot();
    const head = { last_event_id: last, pipeline: pipeline.name, event: pipeline.event, threshold: models.current?.threshold ?? null, origin: feed.origin, timestamp: new Date(now()).toISOString() };
    // each is JSON already
    const text = `${JSON.stringify(head).slice(0, -1)},"predictions":[${predictions.join(",")}],"alerts":[${alerts.join(",")}],"dead_letters":[${deadLetters.join(",")}],"stats":${stats}}`;
    return gzipped(c, text, "application/json");
  });
}

const live = createRoute({
  method: "get",
  path: "/live",
  summary: "What GET /events told last: for a page's first moment",
  responses: answers(latestSchema, "The latest prediction of each sensor, the newest alerts and dead letters, the counts", [503]),
});
