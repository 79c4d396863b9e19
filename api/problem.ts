import type { Context } from "hono";
import { MangroveError, type ErrorCode } from "../kernel-as/errors.ts";
import type { FieldError, Problem } from "./contract.ts";
import type { ApiEnv, AppOptions } from "./options.ts";

const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
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
  MGV_FORBIDDEN: 403,
  MGV_UNAUTHORIZED: 401,
  MGV_RATE_LIMIT: 429,
  MGV_TIMEOUT: 503,
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

/** The refusal of what cannot be read: all errors in one sentence, under the code of the first. */
export function refusalOfErrors(errors: readonly FieldError[]): Refusal & { readonly errors: readonly FieldError[] } {
  const [first, ...others] = errors;
  const more = others.length === 0 ? "" : ` (${others.length} more: see errors)`;
  return { code: first!.code, detail: first!.detail + more, errors };
}

/** The answer to a refused request: problem details (RFC 9457). */
export function refuse(c: Context<ApiEnv>, refusal: Refusal): Response {
  const problem = problemOf(c, refusal);
  if (problem.status === 408) c.header("Connection", "close");
  if (problem.status === 415) c.header("Accept-Encoding", "identity");
  if (problem.status === 503) c.header("Retry-After", String(RETRY_AFTER_SECONDS));
  return c.body(JSON.stringify(problem), problem.status as ProblemStatus, { "Content-Type": "application/problem+json" });
}

export function problemOf(c: Context<ApiEnv>, refusal: Refusal): Problem {
  const { code, detail, errors } = refusal;
  const status = refusal.status ?? statuses[code];
  return {
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    instance: c.req.path,
    code,
    error: refusal.error ?? detail,
    details: detail,
    ...(errors && { errors: [...errors] }),
  };
}

/** Failures whose messages tell where files lie. */
const PRIVATE: ReadonlySet<ErrorCode> = new Set(["MGV_FILE_WRITE", "MGV_HISTORY"]);

/** The answer when something was thrown. What ends in a 500, or names files of this machine, is told to `onError` and to no client. */
export function refuseThrown(c: Context<ApiEnv>, thrown: unknown, onError: NonNullable<AppOptions["onError"]> = toStderr): Response {
  const { code, message } = MangroveError.from(thrown);
  const isPrivate = PRIVATE.has(code);
  if (statuses[code] !== 500 && !isPrivate) return refuse(c, { code, detail: message });
  const id = c.get("requestId");
  onError(thrown, { id, method: c.req.method, path: c.req.path });
  return refuse(c, { code, detail: `${isPrivate ? "A file could not be read or written" : "Something failed inside"}; the log has it under request ${id}.` });
}

const toStderr: NonNullable<AppOptions["onError"]> = (error, { id, method, path }) => {
  console.error(`Request ${id} failed: ${method} ${path}`, error);
};
