import { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { countRequests } from "./middleware/count-requests.ts";
import type { Api, ApiEnv, AppOptions } from "./options.ts";
import { refuse, refuseThrown } from "./problem.ts";
import { healthRoutes } from "./routes/health.ts";
import { indexRoutes } from "./routes/index.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modelRoutes } from "./routes/model.ts";
import { predictRoutes } from "./routes/predict.ts";
import { readingsRoutes } from "./routes/readings.ts";

/** The HTTP service of a pipeline, without a server: `app.fetch` answers a request. */
export function createApp(options: AppOptions): Api {
  const { metrics, now, newId = () => crypto.randomUUID(), onError = toStderr } = options;
  const app: Api = new OpenAPIHono<ApiEnv>();

  app.use(countRequests({ metrics, now }));
  app.use(cors({ origin: "*", exposeHeaders: ["X-Request-Id", "Retry-After", "Allow"] }));
  app.use(requestId({ generator: newId }));
  app.use(async (c, next) => {
    // Hono itself turns only instances of Error into an answer.
    await next().catch((thrown: unknown) => (c.res = refuseThrown(c, thrown, onError)));
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header("Allow", methods.join(", "));
        return refuse(c, { code: "MGV_NOT_FOUND", status: 405, detail: `${c.req.path} takes ${methods.join(", ")}, not ${c.req.method}.` });
      },
    }),
  );
  app.onError((thrown, c) => refuseThrown(c, thrown, onError));
  app.notFound((c) =>
    refuse(c, { code: "MGV_NOT_FOUND", detail: `There is no ${c.req.path} here; GET / names the endpoints.`, error: "Endpoint not found" }),
  );

  healthRoutes(app, options);
  modelRoutes(app, options);
  predictRoutes(app, options);
  readingsRoutes(app, options);
  metricsRoutes(app, options);
  indexRoutes(app, options);
  return app;
}

const toStderr: NonNullable<AppOptions["onError"]> = (error, { id, method, path }) => {
  console.error(`Request ${id} failed: ${method} ${path}`, error);
};
