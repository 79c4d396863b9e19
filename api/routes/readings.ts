import { createRoute } from "@hono/zod-openapi";
import { messageWriter, jsonOf, type Message } from "../../engine/decode/message.ts";
import { ReferenceDecoder } from "../../engine/decode/reference.ts";
import { RecordBatchBuilder } from "../../engine/source/record-batch.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import { listOf, MAX_READING_BYTES, readJsonOrLines } from "../body.ts";
import { acceptedSchema, requestSchema, type Accepted, type RefusedLine } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { refusalOfErrors, refuse, type Refusal } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

const MAX_READINGS = 10_000;

/** A reading of a request, or why there is none. */
type Line = { readonly line: number; readonly bytes: Uint8Array } | RefusedLine;

export function readingsRoutes(app: Api, { pipeline, now, append }: AppOptions): void {
  const { schema, readings: topic, clock } = pipeline;
  const oracle = new ReferenceDecoder(schema, { kind: "json" }, { maxAheadMs: clock.maxAheadMs });
  const messageOf = messageWriter(schema, { kind: "json" });
  const text = new TextDecoder("utf-8", { ignoreBOM: true });

  const read = (lines: readonly Line[], nowMs: number): (Message | RefusedLine)[] => {
    const builder = new RecordBatchBuilder(topic, 0);
    for (const [i, each] of lines.entries()) builder.add(i, nowMs, null, "bytes" in each ? each.bytes : nothing);
    const records = builder.take();
    return lines.map((each, i) => {
      if ("code" in each) return each;
      const { line, bytes } = each;
      try {
        if (bytes.length > MAX_READING_BYTES) throw new MangroveError("MGV_HTTP_BODY", `the reading has ${bytes.length} bytes; ${MAX_READING_BYTES} are the most`);
        oracle.read(records, i);
        return messageOf(text.decode(bytes));
      } catch (thrown) {
        const { code, message } = MangroveError.from(thrown);
        return { line, code, reason: message };
      }
    });
  };

  addRoute(app, "predict", readings(schema), async (c) => {
    const body = await readJsonOrLines(c.req.raw);
    if ("refusal" in body) return refuse(c, body.refusal);
    if (!append) return refuse(c, noTopic);
    const lines = "lines" in body ? linesOf(body.lines) : (listOf(body.value)?.readings ?? [body.value]).map(lineOf);
    if (lines.length === 0) return refuse(c, { code: "MGV_JSON", detail: "No data provided: the body holds no reading." });
    if (lines.length > MAX_READINGS) {
      return refuse(c, { code: "MGV_HTTP_BODY", status: 413, detail: `${lines.length} readings are too many for one request. Send at most ${MAX_READINGS} at a time.` });
    }
    const found = read(lines, now());
    const messages = found.filter((each): each is Message => "value" in each);
    const refused = found.filter((each): each is RefusedLine => "code" in each);
    if (messages.length === 0) return refuse(c, noneTaken(refused));
    await append(messages.map((message) => ({ topic, ...message })));
    const answer: Accepted = { accepted: messages.length, topic, refused };
    return c.json(answer, 202);
  });
}

const nothing = new Uint8Array(0);

const noTopic: Refusal = {
  code: "MGV_NOT_READY",
  detail: "This process keeps no readings: it has neither Kafka nor a directory. Start it with --state DIR (npm start -- --state state), or with KAFKA_BOOTSTRAP_SERVERS=localhost:9092 npm start; docker compose up -d kafka starts a broker.",
};

function noneTaken(refused: readonly RefusedLine[]): Refusal {
  return { ...refusalOfErrors(refused.map(({ line, code, reason }) => ({ pointer: `/${line - 1}`, code, detail: reason }))), status: 422 };
}

/** Empty ones are passed over. */
function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    const piece = bytes.subarray(start, end === -1 ? bytes.length : end);
    const whole = piece.at(-1) === 13 ? piece.subarray(0, -1) : piece;
    if (whole.length > 0) lines.push({ line, bytes: whole });
    start += piece.length + 1;
  }
  return lines;
}

function lineOf(value: unknown, index: number): Line {
  return { line: index + 1, bytes: new TextEncoder().encode(jsonOf(value)) };
}

function readings(schema: Schema) {
  return createRoute({
    method: "post",
    path: "/readings",
    summary: "Appends readings to the pipeline's topic, on Kafka or in the engine's directory, for the stream to score; up to 10,000 at a time",
    request: {
      body: {
        required: true,
        description: "A reading, an array of readings, an array under `data`, or a reading a line. After a 503 some may have been appended.",
        content: { "application/json": { schema: requestSchema(schema, { name: "ReadingsRequest", maxReadings: MAX_READINGS }) }, "application/x-ndjson": { schema: { type: "string" } } },
      },
    },
    responses: answers(acceptedSchema, "Appended, but for those that are refused", [400, 413, 415, 422, 503], 202),
  });
}
