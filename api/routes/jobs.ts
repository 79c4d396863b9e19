import { createRoute, z } from "@hono/zod-openapi";
import { jobBegunSchema, jobsSchema, type JobBegun } from "../contract.ts";
import type { Api, AppOptions, JobBoard } from "../options.ts";
import { refuse, type Refusal } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

/** A report needs nothing beside itself. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

export function jobsRoutes(app: Api, { jobs }: AppOptions): void {
  addRoute(app, "read", list, async (c) => (jobs ? c.json({ jobs: [...(await jobs.list())] }, 200) : refuse(c, noJobs)));

  addRoute(app, "admin", run, (c) => {
    const name = c.req.param("name") ?? "";
    const refusal = refusalOf(jobs, name);
    if (refusal) return refuse(c, refusal);
    if (!jobs?.begin) return refuse(c, { code: "MGV_NOT_READY", detail: `This process runs no jobs: npm start runs one that does, or use \`mangrove jobs run ${name}\`.` });
    if (!jobs.begin(name)) return refuse(c, { code: "MGV_NOT_READY", status: 409, detail: `The job ${name} is running. GET /jobs tells when it has ended.` });
    const body: JobBegun = { status: "started", detail: `The job ${name} has begun. GET /jobs tells what comes of it.` };
    return c.json(body, 202);
  });

  addRoute(app, "read", report, async (c) => {
    const name = c.req.param("name") ?? "";
    const refusal = refusalOf(jobs, name);
    if (refusal) return refuse(c, refusal);
    const page = await jobs!.page(name);
    if (page === null) return refuse(c, { code: "MGV_NOT_FOUND", detail: `The job ${name} has not left a report yet. POST /jobs/${name}/run begins it.` });
    c.header("Content-Security-Policy", REPORT_POLICY);
    return c.html(page, 200);
  });
}

const noJobs: Refusal = { code: "MGV_NOT_READY", detail: "There are no jobs here: the pipeline keeps no history, or this process does not know of it." };

function refusalOf(jobs: JobBoard | undefined, name: string): Refusal | null {
  if (!jobs) return noJobs;
  return jobs.has(name) ? null : { code: "MGV_NOT_FOUND", detail: `There is no job ${JSON.stringify(name)}; GET /jobs lists those that there are.` };
}

const params = z.object({ name: z.string().openapi({ example: "quality" }) });

const list = createRoute({
  method: "get",
  path: "/jobs",
  summary: "The jobs: when each is due, and what came of its last run",
  responses: answers(jobsSchema, "All of them", [503]),
});

const run = createRoute({
  method: "post",
  path: "/jobs/{name}/run",
  summary: "Begins a job now; from this machine, or by a key of role admin",
  request: { params },
  responses: answers(jobBegunSchema, "It has begun", [404, 409, 503], 202),
});

const report = createRoute({
  method: "get",
  path: "/jobs/{name}/report",
  summary: "The newest report of a job, as a page that needs nothing beside it",
  request: { params },
  responses: { ...answers(jobsSchema, "", [404, 503]), 200: { description: "The page", content: { "text/html": { schema: z.string() } } } },
});
