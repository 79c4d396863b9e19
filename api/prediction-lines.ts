import type { Context } from "hono";
import type { ModelStore } from "../engine/model/model-store.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { BatchLine } from "./contract.ts";
import { noModel } from "./model-brief.ts";
import type { ApiEnv } from "./options.ts";
import { addSummaries, summaryOf } from "./prediction.ts";
import { failureOf, type PredictionService } from "./prediction-service.ts";
import { refuse } from "./problem.ts";
import { linePieces } from "./line-pieces.ts";
import type { RequestReader } from "./requested.ts";

/** Lines that are scored at once. */
const MOST_LINES = 1_000;

interface Parts {
  readonly reader: RequestReader;
  readonly service: PredictionService;
  readonly models: ModelStore;
  readonly write: (line: BatchLine) => string;
  readonly now: () => number;
  /** Asked before lines are scored. */
  readonly stillMay: () => boolean;
}

/**
 * Answers readings that come a line each: a line for each of them in their order, with the number of the reading as its index, while the rest still comes in; then a line with the counts. No faster than it is read, and never more in memory than a
 * thousand lines. A model that is swapped meanwhile scores what comes after. What breaks the request off is told by a last line, since the status is out by then.
 */
export function predictLines(c: Context<ApiEnv>, { reader, service, models, write, now, stillMay }: Parts): Response {
  const first = models.current;
  if (!first) return refuse(c, noModel(models));
  const encoder = new TextEncoder();
  const startedMs = now();
  let summary = summaryOf([]);
  let model = first;
  const answers = async function* () {
    try {
      for await (const lines of linePieces(c.req.raw.body, MOST_LINES)) {
        if (!stillMay()) throw new MangroveError("MGV_UNAUTHORIZED", "The API key does not count any more.");
        model = models.current ?? model;
        const asked = reader.readLines(lines, now());
        const entries = service.entries(model, asked, summary.total_samples);
        summary = addSummaries(summary, summaryOf(entries));
        yield entries.map((entry) => `${write(entry)}\n`).join("");
      }
      const { processing_time_seconds, model_info } = service.answered(model, startedMs);
      yield line({ summary, processing_time_seconds, model_info });
    } catch (thrown) {
      const { code, message } = MangroveError.from(thrown, "MGV_HTTP_BODY");
      yield line({ ...failureOf(summary.total_samples, [{ pointer: "", code, detail: message }]), summary });
    }
  };
  const line = (value: BatchLine) => `${JSON.stringify(value)}\n`;
  const pieces = answers();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return();
    },
  });
  return new Response(body, { status: 200, headers: { "Content-Type": "application/x-ndjson" } });
}
