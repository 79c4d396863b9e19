import type { Refusal } from "./problem.ts";

/** A thousand readings are near 300 kB; this leaves room for any spelling of them. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const MAX_READ_BYTES = 8 * MAX_BODY_BYTES;

const JSON_MEDIA_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** The JSON value of a request's body. Keeps no more than {@link MAX_BODY_BYTES}. */
export async function readJson(request: Request): Promise<{ value: unknown } | { refusal: Refusal }> {
  const body = await readBody(request).catch(() => "broken off" as const);
  if (body === "broken off") return { refusal: { code: "MGV_HTTP_BODY", detail: "The body broke off." } };
  if (body === "too large") {
    const detail = `The body is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB. Send the readings in several requests.`;
    return { refusal: { code: "MGV_HTTP_BODY", status: 413, detail } };
  }
  if (body.length === 0) return { refusal: { code: "MGV_HTTP_BODY", detail: "No data provided: the body must be JSON." } };
  const mediaType = request.headers.get("content-type");
  if (mediaType === null || !JSON_MEDIA_TYPE.test(mediaType)) {
    const detail = `Request must be JSON: send it with Content-Type: application/json, not ${mediaType ?? "without one"}.`;
    return { refusal: { code: "MGV_HTTP_BODY", detail } };
  }
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) };
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
