import { GrowingBytes } from "./growing-bytes.ts";
import { isDeeperThan, MAX_JSON_DEPTH } from "./json-depth.ts";
import { Deadlines, tooLate } from "./deadlines.ts";
import type { Refusal } from "./problem.ts";

/** A thousand readings are near 300 kB; this leaves room for any spelling of them. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Of one reading: what a broker takes as one record by default is 1 MiB with its head. */
export const MAX_READING_BYTES = 900_000;

const MAX_READ_BYTES = 8 * MAX_BODY_BYTES;

/** A body that is not here after this time is not waited for. */
const MAX_BODY_MS = 20_000;

const JSON_MEDIA_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** As they are in use: there is no registered one. */
const LINES_MEDIA_TYPE = /^application\/(x-)?(ndjson|jsonl|jsonlines|json-lines)\s*(;|$)/i;

interface Refused {
  readonly refusal: Refusal;
}

/** The bytes of a body, or why there are none. */
export type JsonBytes = { readonly bytes: Uint8Array } | Refused;

/** The bytes of a request's body that says it is JSON. Keeps no more than {@link MAX_BODY_BYTES}. */
export function readJsonBytes(request: Request): Promise<JsonBytes> {
  return readBytes(request, isJson, "Request must be JSON: send it with Content-Type: application/json");
}

/** Whether a body is compressed, or coded in another way. */
function isEncoded({ headers }: Request): boolean {
  const codings = headers.get("content-encoding");
  return codings !== null && !codings.split(",").every((coding) => /^\s*(identity)?\s*$/i.test(coding));
}

/** Whether a request brings a body that has anything in it, as far as its headers tell. */
export function hasBody({ headers }: Request): boolean {
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) !== 0;
}

/** The JSON value of a request's body. Keeps no more than {@link MAX_BODY_BYTES}. */
export async function readJson(request: Request): Promise<{ value: unknown } | Refused> {
  const body = await readJsonBytes(request);
  return "refusal" in body ? body : parsed(body.bytes);
}

/** The JSON value of a request's body, or its bytes where it says that each line is one. Keeps no more than {@link MAX_BODY_BYTES}. */
export async function readJsonOrLines(request: Request): Promise<{ value: unknown } | { lines: Uint8Array } | Refused> {
  const body = await readBytes(request, (type) => isJson(type) || isLines(type), "Request must be JSON or lines of JSON: send it with Content-Type: application/json or application/x-ndjson");
  if ("refusal" in body) return body;
  return isLines(request.headers.get("content-type")!) ? { lines: body.bytes } : parsed(body.bytes);
}

/** Whether the body says that each line of it is a value, and can be read as it comes. */
export function isLinesRequest(request: Request): boolean {
  return isLines(request.headers.get("content-type") ?? "") && !isEncoded(request);
}

const isJson = (mediaType: string) => JSON_MEDIA_TYPE.test(mediaType);
const isLines = (mediaType: string) => LINES_MEDIA_TYPE.test(mediaType);

/** A body that is not empty, of a media type that fits: "" stands for none. `wanted` begins the sentence that is told to who sends another. */
export async function readBytes(request: Request, fits: (mediaType: string) => boolean, wanted: string): Promise<{ bytes: Uint8Array } | Refused> {
  const body = await deadlines.inTime(readBody(request)).catch(() => "broken off" as const);
  if (body === tooLate) return { refusal: { code: "MGV_HTTP_BODY", status: 408, detail: `The body took longer than ${MAX_BODY_MS / 1000} s. Send it again, or in several requests.` } };
  if (body === "broken off") return { refusal: { code: "MGV_HTTP_BODY", detail: "The body broke off." } };
  if (body === "too large") {
    const detail = `The body is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB. Send the readings in several requests.`;
    return { refusal: { code: "MGV_HTTP_BODY", status: 413, detail } };
  }
  if (body.length === 0) return { refusal: { code: "MGV_HTTP_BODY", detail: "No data provided: the body must be JSON." } };
  if (isEncoded(request)) return { refusal: { code: "MGV_HTTP_BODY", status: 415, detail: `The body must be sent as it is, without Content-Encoding: ${request.headers.get("content-encoding")}.` } };
  const mediaType = request.headers.get("content-type");
  if (!fits(mediaType ?? "")) return { refusal: { code: "MGV_HTTP_BODY", detail: `${wanted}, not ${mediaType ?? "without one"}.` } };
  return { bytes: body };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Of a key that comes twice the last one counts, as in the stream. `asJson` makes JSON of a text that is hardly another. */
export function parsed(bytes: Uint8Array, asJson?: (text: string) => string): { value: unknown } | Refused {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(asJson ? asJson(text) : text);
    if (isDeeperThan(value, MAX_JSON_DEPTH)) return { refusal: { code: "MGV_JSON", detail: `The body is nested deeper than ${MAX_JSON_DEPTH} levels.` } };
    return { value };
  } catch (thrown) {
    return { refusal: { code: "MGV_JSON", detail: `The body is not JSON: ${(thrown as Error).message}` } };
  }
}

const deadlines = new Deadlines({ limitMs: MAX_BODY_MS, now: () => performance.now() });

function readBody(request: Request): Promise<Uint8Array | "too large"> {
  const { headers } = request;
  const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
  return length !== null && Number(length) <= MAX_BODY_BYTES ? request.arrayBuffer().then((bytes) => new Uint8Array(bytes)) : readPieces(request);
}

/**
 * What is too large is read on and thrown away for a while: a client that is cut off while it sends, as some runtimes
 * do it, never sees the answer.
 */
async function readPieces(request: Request): Promise<Uint8Array | "too large"> {
  const read = new GrowingBytes();
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) read.push(chunk);
    else if (bytes > MAX_READ_BYTES) break;
    else read.take();
  }
  return bytes > MAX_BODY_BYTES ? "too large" : read.take();
}

/** The readings of a body that is an array or has one under `data`. */
export function listOf(body: unknown): { readings: readonly unknown[]; pointer: string } | undefined {
  if (Array.isArray(body)) return { readings: body, pointer: "" };
  if (typeof body !== "object" || body === null || !("data" in body) || !Array.isArray(body.data)) return undefined;
  return { readings: body.data, pointer: "/data" };
}
