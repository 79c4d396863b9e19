import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { addFastLane } from "./fast-lane.ts";
import { Gate } from "./gate.ts";
import { countRequests } from "./middleware/count-requests.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { guard } from "./middleware/guard.ts";
import { traceRequests } from "./middleware/trace-requests.ts";
import type { Api, ApiEnv, AppOptions, RouteOptions } from "./options.ts";
import { PredictionService } from "./prediction-service.ts";
import { PredictionStats } from "./prediction-stats.ts";
import { refuse, refuseThrown } from "./problem.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { alertExplanationRoutes } from "./routes/alert-explanation.ts";
import { configRoutes } from "./routes/config.ts";
import { explainRoutes } from "./routes/explain.ts";
import { driftRoutes } from "./routes/drift.ts";
import { eventsRoutes } from "./routes/events.ts";
import { feedbackRoutes } from "./routes/feedback.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { indexRoutes } from "./routes/index.ts";
import { inferenceProblems, inferenceRoutes } from "./routes/inference.ts";
import { jobsRoutes } from "./routes/jobs.ts";
import { liveRoutes } from "./routes/live.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modelRoutes } from "./routes/model.ts";
import { modelsRoutes } from "./routes/models.ts";
import { predictRoutes } from "./routes/predict.ts";
import { readingsRoutes } from "./routes/readings.ts";
import { reloadRoutes } from "./routes/reload.ts";
import { sampleRoutes } from "./routes/samples.ts";
import { sensorRoutes } from "./routes/sensors.ts";
import { simulationRoutes } from "./routes/simulation.ts";
import { statsRoutes } from "./routes/stats.ts";
import { trainRoutes } from "./routes/train.ts";
import { validateRoutes } from "./routes/validate.ts";

/** The HTTP service of a pipeline, without a server: `app.fetch` answers a request. */
export function createApp(given: AppOptions): Api {
  const options: RouteOptions = { ...given, stats: new PredictionStats() };
  const { metrics, now, corsOrigins = [], onError, tracer } = options;
  const app: Api = new OpenAPIHono<ApiEnv>();
  const gate = new Gate(options);
  const predictions = new PredictionService(options);

  app.use(countRequests({ metrics, now }));
  if (corsOrigins.length > 0) app.use(crossOrigin(corsOrigins));
  if (tracer) app.use(traceRequests(tracer));
  app.use(guard(gate, options));
  app.use("/v2/*", inferenceProblems);
  const otherMethods = methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      c.header("Allow", methods.join(", "));
      return refuse(c, { code: "MGV_NOT_FOUND", status: 405, detail: `${c.req.path} takes ${methods.join(", ")}, not ${c.req.method}.` });
    },
  });
  app.onError((thrown, c) => refuseThrown(c, thrown, onError));
  app.notFound(async (c) => {
    await otherMethods(c, async () => {
      c.res = refuse(c, { code: "MGV_NOT_FOUND", detail: `There is no ${c.req.path} here; GET / names the endpoints.`, error: "Endpoint not found" });
    });
    return c.res;
  });

  healthRoutes(app, options);
  modelRoutes(app, options);
  reloadRoutes(app, options);
  modelsRoutes(app, options);
  const answerOne = predictRoutes(app, options, predictions);
  explainRoutes(app, options);
  sampleRoutes(app, options, predictions);
  validateRoutes(app, options);
  sensorRoutes(app, options);
  readingsRoutes(app, options);
  feedbackRoutes(app, options);
  trainRoutes(app, options);
  jobsRoutes(app, options);
  historyRoutes(app, options);
  inferenceRoutes(app, options, predictions);
  driftRoutes(app, options);
  eventsRoutes(app, options);
  alertRoutes(app, options);
  liveRoutes(app, options);
  alertExplanationRoutes(app, options);
  simulationRoutes(app, options);
  metricsRoutes(app, options);
  statsRoutes(app, options);
  configRoutes(app, options);
  indexRoutes(app, options);
  // what others would do to every answer must be done here too
  if (corsOrigins.length === 0 && !tracer) addFastLane(app, { gate, answerOne, metrics, now });
  return app;
}
