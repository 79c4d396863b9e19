import { createRoute, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { historyAnswerSchema } from "../contract.ts";
import { HistoryDesk, type Found } from "../history-desk.ts";
import { historyQuerySchema, questionOf } from "../history-question.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse, type Refusal } from "../problem.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { addRoute, answers } from "./route.ts";

const CSV = "text/csv";

export function historyRoutes(app: Api, { historyDirectory }: AppOptions): void {
  const desk = historyDirectory === undefined ? null : new HistoryDesk(historyDirectory);

  addRoute(app, "read", history, async (c) => {
    const question = questionOf(c.req.queries());
    if ("errors" in question) return refuse(c, { code: "MGV_USAGE", status: question.status, detail: question.errors[0]!.detail, errors: question.errors });
    if (!desk) return refuse(c, noHistory);
    const format = question.format ?? (accepts(c, { header: "Accept", supports: ["application/json", CSV], default: "application/json" }) === CSV ? "csv" : "json");
    try {
      const found = await desk.ask({ ...question, format, signal: c.req.raw.signal });
      if (format === "json") return c.body(jsonText(found), 200, { "Content-Type": "application/json" });
      return c.body([found.head, ...found.rows, ""].join("\n"), 200, { "Content-Type": `${CSV}; charset=utf-8`, ...(found.note !== null && { "X-Mangrove-Note": found.note }) });
    } catch (thrown) {
      const { code, message } = MangroveError.from(thrown);
      if (code === "MGV_HISTORY" && question.isTheirs) return refuse(c, { code, status: 422, detail: message });
      throw thrown;
    }
  });
}

const noHistory: Refusal = {
  code: "MGV_NOT_READY",
  detail: "This process has no history to ask: its pipeline keeps none. End a pipeline with .to(…, history()), and start it with npm start or mangrove api.",
};

/** The rows are JSON already. */
function jsonText({ columns, rows, note }: Found): string {
  const head = JSON.stringify({ columns, row_count: rows.length, truncated: note !== null, note });
  return `${head.slice(0, -1)},"rows":[${rows.join(",\n")}]}`;
}

const history = createRoute({
  method: "get",
  path: "/history",
  summary: "The newest rows of a kind in the history, or what one SELECT finds there; within 10 s, 256 MiB and 10,000 rows",
  request: { query: historyQuerySchema },
  responses: {
    ...answers(historyAnswerSchema, "The rows, as JSON or CSV", [400, 422, 503]),
    200: {
      description: "The rows, as JSON or CSV",
      headers: z.object({ "X-Mangrove-Note": z.string().optional().openapi({ description: "Of CSV: why there are more rows than these." }) }),
      content: { "application/json": { schema: historyAnswerSchema }, [CSV]: { schema: z.string() } },
    },
  },
});
