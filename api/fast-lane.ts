import { readJsonBytes } from "./body.ts";
import { lookedUp, type Gate } from "./gate.ts";
import type { Api, AppOptions, Connection } from "./options.ts";
import { textAnswer } from "./server/text-answer.ts";

const PREDICT = /^https?:\/\/[^/?#]+\/predict$/;

interface Lane extends Pick<AppOptions, "metrics" | "now"> {
  readonly gate: Gate;
  /** The answer to a body that is one good reading; null for any other. */
  readonly answerOne: (body: Uint8Array, startedMs: number) => string | null;
}

/**
 * Answers `POST /predict` of one good reading, which is most of what is ever asked, by the same parts as the routes but without a router and the steps that other requests need. Whatever is not so plain takes the usual way, and with it what was
 * found of it so far.
 */
export function addFastLane(app: Api, { gate, answerOne, metrics, now }: Lane): void {
  const usual = app.fetch;

  const predict = async (request: Request, connection: Connection | undefined): Promise<Response> => {
    const entry = gate.enter("/predict", (name) => request.headers.get(name) ?? undefined, connection);
    if (!gate.isAdmitted(entry, "predict")) return usual(request, { ...lookedUp(connection), entry });
    const body = await readJsonBytes(request);
    const text = "refusal" in body ? null : orNull(() => answerOne(body.bytes, entry.startedMs));
    if (text === null) return usual(request, { ...lookedUp(connection), entry, body });
    metrics.httpRequest({ method: "POST", route: "/predict", status: 200, seconds: Math.max(0, now() - entry.startedMs) / 1000 });
    gate.leave(entry, { method: "POST", path: "/predict", status: 200, traceId: null, isAct: false });
    return textAnswer(text, gate.headers(entry, "application/json"));
  };

  app.fetch = (request, connection, ...rest) => (request.method === "POST" && PREDICT.test(request.url) ? predict(request, connection as Connection | undefined) : usual(request, connection, ...rest));
}

/** What fails here fails again on the usual way, where it is told of. */
function orNull(answer: () => string | null): string | null {
  try {
    return answer();
  } catch {
    return null;
  }
}
