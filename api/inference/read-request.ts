import { parsed, readBytes } from "../body.ts";
import { inferenceRequestSchema, type FieldError, type InferenceRequest } from "../contract.ts";
import { pointerOf } from "../json-pointer.ts";
import type { Refusal } from "../problem.ts";

/** How many of the first bytes are JSON; those of tensors follow. */
const JSON_BYTES_HEADER = "inference-header-content-length";

/** A request as it was sent: the values of tensors may stand behind its JSON. */
export interface SentRequest {
  readonly request: InferenceRequest;
  readonly binary: Uint8Array;
}

/** The clients of Triton name no media type. */
const fits = (mediaType: string) => mediaType === "" || /^application\/(json|octet-stream)\s*(;|$)/i.test(mediaType);

/** `mostValues` is what all lists of a request may hold together: each thing that is wrong in them would be told. */
export async function readInferenceRequest(sent: Request, mostValues: number): Promise<SentRequest | { refusal: Refusal }> {
  const body = await readBytes(sent, fits, "Request must be JSON: send it with Content-Type: application/json");
  if ("refusal" in body) return body;
  const header = sent.headers.get(JSON_BYTES_HEADER);
  const jsonBytes = header === null ? body.bytes.length : Number(header);
  if (!Number.isInteger(jsonBytes) || jsonBytes < 1 || jsonBytes > body.bytes.length) {
    return { refusal: { code: "MGV_HTTP_BODY", detail: `Inference-Header-Content-Length must say how many of the ${body.bytes.length} bytes are JSON, not ${header}.` } };
  }
  const read = parsed(body.bytes.subarray(0, jsonBytes), withoutNaN);
  if ("refusal" in read) return read;
  if (valuesIn(read.value) > mostValues) return { refusal: { code: "MGV_HTTP_BODY", status: 413, detail: `The lists of the request hold more than ${mostValues} values, which is too many. Send fewer readings at a time.` } };
  const checked = inferenceRequestSchema.safeParse(read.value);
  if (checked.success) return { request: checked.data, binary: body.bytes.subarray(jsonBytes) };
  const errors = checked.error.issues.map(({ path, message }): FieldError => ({ pointer: pointerOf(path), code: "MGV_JSON", detail: message }));
  const [first] = errors;
  return { refusal: { code: "MGV_JSON", detail: `The request is not one of the protocol: ${first!.pointer === "" ? "" : `${first!.pointer}: `}${first!.detail}`, errors } };
}

/** Elements of all lists, those within others too. */
function valuesIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = Array.isArray(value) ? value.length : 0;
  for (const each of Object.values(value)) count += valuesIn(each);
  return count;
}

/** A text, also one that nobody closes, so that it is not read again from each quote in it; or NaN. */
const TEXT_OR_NAN = /"(?:[^"\\]|\\.)*(?:"|\\?$)|\bNaN\b/gs;

/** Python's clients write NaN as it is, which JSON does not know. */
function withoutNaN(text: string): string {
  return text.includes("NaN") ? text.replaceAll(TEXT_OR_NAN, (token) => (token === "NaN" ? "null" : token)) : text;
}
