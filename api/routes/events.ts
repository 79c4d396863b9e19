import { createRoute, z } from "@hono/zod-openapi";
import { liveKinds, type LiveKind } from "../../engine/live/live-event.ts";
import type { LiveFilter } from "../../engine/live/listener.ts";
import { stillMay } from "../access/caller.ts";
import { problemSchema } from "../contract.ts";
import { eventStream } from "../event-stream.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse, refusalOfErrors, type Refusal } from "../problem.ts";
import { parameterErrors } from "../query-parameters.ts";
import { addRoute } from "./route.ts";

const MEDIA_TYPE = "text/event-stream";

const origins = {
  engine: "The engine of this process is heard.",
  topics: "The topics are heard that engines elsewhere write.",
  none: "This process has no engine, or it is not open yet: only models are told of.",
} as const;

export function eventsRoutes(app: Api, options: AppOptions): void {
  const { feed, pipeline, models, now } = options;
  addRoute(app, "read", events, (c) => {
    if (!feed) return refuse(c, { code: "MGV_NOT_READY", detail: "This process has nothing to listen to: start it with mangrove up or mangrove api." });
    const filter = filterOf(c.req.queries());
    if ("code" in filter) return refuse(c, filter);
    const headers = { "Content-Type": MEDIA_TYPE, "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no" };
    if (c.req.method === "HEAD") return c.body(null, 200, headers);
    const after = c.req.header("last-event-id") ?? null;
    const position = feed.last;
    const listener = feed.listen(filter, after);
    if (!listener) return refuse(c, { code: "MGV_NOT_READY", detail: "Too many listen already, or the process is about to end. Try again soon." });
    const greeting = { pipeline: pipeline.name, model_version: models.current?.version ?? null, engine: feed.origin === "engine", detail: origins[feed.origin], kinds: liveKinds };
    const hello = { event: "hello", data: JSON.stringify(greeting), ...(after === null && { id: position }) };
    return c.body(eventStream(listener, { hello, now, signal: c.req.raw.signal, stillMay: stillMay(options, (name) => c.req.header(name), "read") }), 200, headers);
  });
}

function filterOf(queries: Record<string, string[]>): LiveFilter | Refusal {
  const errors = parameterErrors(queries, [], ["kind", "sensor"]);
  if (errors.length > 0) return refusalOfErrors(errors);
  const kinds = queries["kind"] ?? [];
  const other = kinds.find((kind) => !liveKinds.includes(kind as LiveKind));
  if (other !== undefined) return { code: "MGV_USAGE", detail: `There are no events of the kind ${JSON.stringify(other)}: there are ${liveKinds.join(", ")}.` };
  const sensors = queries["sensor"] ?? [];
  if (sensors.includes("")) return { code: "MGV_USAGE", detail: "sensor is empty: name one, or leave it out to hear of all." };
  return { kinds: kinds.length > 0 ? new Set(kinds as LiveKind[]) : null, sensors: sensors.length > 0 ? new Set(sensors) : null };
}

const problem = { content: { "application/problem+json": { schema: problemSchema } } };

const events = createRoute({
  method: "get",
  path: "/events",
  summary: "What happens in the engine of this process, as server-sent events, without end",
  request: {
    query: z.object({
      kind: z.array(z.enum(liveKinds)).optional().openapi({ description: "Only events of these kinds; may be there several times." }),
      sensor: z.array(z.string().min(1)).optional().openapi({ description: "Only events of these sensors, and those of none; may be there several times." }),
    }),
    headers: z.object({ "last-event-id": z.string().optional().openapi({ description: "The event that was heard last: those after it come first, as far as they are held." }) }),
  },
  responses: {
    200: { description: "`hello` first, then events of the kinds, `heartbeat` where nothing happens, and `gap` with the number of events that came too fast", content: { [MEDIA_TYPE]: { schema: z.string() } } },
    400: { description: "There is no such kind or parameter", ...problem },
    503: { description: "Too many listen, or there is nothing to listen to", ...problem },
    default: { description: "Any other problem", ...problem },
  },
});
