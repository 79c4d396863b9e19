import type { Context } from "hono";
import { MangroveError, type ErrorCode } from "../kernel-as/errors.ts";
import type { FieldError, Problem } from "./contract.ts";
import type { ApiEnv, AppOptions } from "./options.ts";

const titles = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

type ProblemStatus = keyof typeof titles;

const RETRY_AFTER_SECONDS = 5;

const statuses: Record<ErrorCode, ProblemStatus> = {
  MGV_USAGE: 400,
  MGV_ARGUMENT: 500,
  MGV_CONFIG: 500,
  MGV_FILE_READ: 500,
  MGV_FILE_WRITE: 503,
  MGV_CSV_EMPTY: 422,
  MGV_CSV_COLUMN: 422,
  MGV_CSV_ROW: 422,
  MGV_JSON: 400,
  MGV_FIELD_MISSING: 422,
  MGV_FIELD_TYPE: 422,
  MGV_FIELD_RANGE: 422,
  MGV_TIME: 422,
  MGV_TIME_AHEAD: 422,
  MGV_LABEL: 422,
  MGV_MODEL_MISSING: 503,
  MGV_MODEL_FORMAT: 422,
  MGV_MODEL_UNSUPPORTED: 422,
  MGV_MODEL_COVER: 422,
  MGV_MODEL_CONVERT: 422,
  MGV_MODEL_FEATURES: 422,
  MGV_TRAIN_PARAMETER: 422,
  MGV_TRAIN_DATA: 422,
  MGV_SNAPSHOT: 500,
  MGV_STEP: 500,
  MGV_KERNEL: 500,
  MGV_BROKER: 503,
  MGV_BROKER_TOPIC: 503,
  MGV_HISTORY: 503,
  MGV_PORT_BUSY: 500,
  MGV_HTTP_BODY: 400,
  MGV_NOT_FOUND: 404,
  MGV_NOT_READY: 503,
  MGV_INTERNAL: 500,
};

/** Why a request is not answered as asked. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  /** As the code says, if left out. */
  readonly status?: ProblemStatus;
  /** What the original system said; the detail if left out. */
  readonly error?: string;
  readonly errors?: readonly FieldError[];
}

/** The answer to a refused request: problem details (RFC 9457). */
export function refuse(c: Context<ApiEnv>, refusal: Refusal): Response {
  const { code, detail, errors } = refusal;
  const status = refusal.status ?? statuses[code];
  const problem: Problem = {
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    instance: c.req.path,
    code,
    error: refusal.error ?? detail,
    ...(errors && { errors: [...errors] }),
  };
  if (status === 503) c.header("Retry-After", String(RETRY_AFTER_SECONDS));
  return c.body(JSON.stringify(problem), status, { "Content-Type": "application/problem+json" });
}

/** The answer when something was thrown. What ends in a 500 is told to `onError` and to no client. */
export function refuseThrown(c: Context<ApiEnv>, thrown: unknown, onError: NonNullable<AppOptions["onError"]>): Response {
  const { code, message } = MangroveError.from(thrown);
  if (statuses[code] !== 500) return refuse(c, { code, detail: message });
  const id = c.get("requestId");
  onError(thrown, { id, method: c.req.method, path: c.req.path });
  return refuse(c, { code, detail: `Something failed inside; the log has it under request ${id}.` });
}
