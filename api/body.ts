import type { Refusal } from "./problem.ts";

/** A thousand readings are near 300 kB; this leaves room for any spelling of them. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const MAX_READ_BYTES = 8 * MAX_BODY_BYTES;

const JSON_MEDIA_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** As they are in use: there is no registered one. */
const LINES_MEDIA_TYPE = /^application\/(x-)?(ndjson|jsonl|jsonlines|json-lines)\s*(;|$)/i;

interface Refused {
  readonly refusal: Refusal;
}

/** The JSON value of a request's body. Keeps no more than {@link MAX_BODY_BYTES}. */
export async function readJson(request: Request): Promise<{ value: unknown } | Refused> {
  const body = await readBytes(request, isJson, "Request must be JSON: send it with Content-Type: application/json");
  return "refusal" in body ? body : parsed(body.bytes);
}

/** The JSON value of a request's body, or its bytes where it says that each line is one. Keeps no more than {@link MAX_BODY_BYTES}. */
export async function readJsonOrLines(request: Request): Promise<{ value: unknown } | { lines: Uint8Array } | Refused> {
  const body = await readBytes(request, (type) => isJson(type) || isLines(type), "Request must be JSON or lines of JSON: send it with Content-Type: application/json or application/x-ndjson");
  if ("refusal" in body) return body;
  return isLines(request.headers.get("content-type")!) ? { lines: body.bytes } : parsed(body.bytes);
}

const isJson = (mediaType: string) => JSON_MEDIA_TYPE.test(mediaType);
const isLines = (mediaType: string) => LINES_MEDIA_TYPE.test(mediaType);

/** `wanted` begins the sentence that is told to who sends another media type. */
async function readBytes(request: Request, fits: (mediaType: string) => boolean, wanted: string): Promise<{ bytes: Uint8Array } | Refused> {
  const body = await readBody(request).catch(() => "broken off" as const);
  if (body === "broken off") return { refusal: { code: "MGV_HTTP_BODY", detail: "The body broke off." } };
  if (body === "too large") {
    const detail = `The body is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB. Send the readings in several requests.`;
    return { refusal: { code: "MGV_HTTP_BODY", status: 413, detail } };
  }
  if (body.length === 0) return { refusal: { code: "MGV_HTTP_BODY", detail: "No data provided: the body must be JSON." } };
  const mediaType = request.headers.get("content-type");
  if (mediaType === null || !fits(mediaType)) return { refusal: { code: "MGV_HTTP_BODY", detail: `${wanted}, not ${mediaType ?? "without one"}.` } };
  return { bytes: body };
}

function parsed(bytes: Uint8Array): { value: unknown } | Refused {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch (thrown) {
    return { refusal: { code: "MGV_JSON", detail: `The body is not JSON: ${(thrown as Error).message}` } };
  }
}

/**
 * What is too large is read on and thrown away for a while: a client that is cut off while it sends, as some runtimes
 * do it, never sees the answer.
 */
async function readBody(request: Request): Promise<Uint8Array | "too large"> {
  const { headers } = request;
  const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
  if (length !== null && Number(length) <= MAX_BODY_BYTES) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else if (bytes > MAX_READ_BYTES) break;
    else chunks.length = 0;
  }
  return bytes > MAX_BODY_BYTES ? "too large" : Buffer.concat(chunks);
}

/** The readings of a body that is an array or has one under `data`. */
export function listOf(body: unknown): { readings: readonly unknown[]; pointer: string } | undefined {
  if (Array.isArray(body)) return { readings: body, pointer: "" };
  if (typeof body !== "object" || body === null || !("data" in body) || !Array.isArray(body.data)) return undefined;
  return { readings: body.data, pointer: "/data" };
}
