import { connect } from "node:net";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import type { Problem } from "../../../api/contract.ts";
import { Decoder } from "../../../engine/decode/decoder.ts";
import { ReferenceDecoder } from "../../../engine/decode/reference.ts";
import { RecordBatchBuilder } from "../../../engine/source/record-batch.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import smoke from "../../../pipelines/smoke.ts";
import { bodyOf, message, START_MS } from "../service.ts";
import { serve } from "./socket.ts";

const served = await serve();
afterAll(() => served[Symbol.asyncDispose]());

const post = (body: string | Uint8Array<ArrayBuffer>, path = "/predict", headers: Record<string, string> = {}) => fetch(served.url + path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });

const good = JSON.stringify(message());
const goodWith = (member: string) => `${good.slice(0, -1)},${member}}`;

/** Sends a body of so many bytes as fast as it is taken; what was answered until the connection ended. */
function pour(bytes: number, head: string): Promise<string> {
  return new Promise((resolve) => {
    const piece = new Uint8Array(1 << 20).fill(0x20);
    let [left, text] = [bytes, ""];
    const socket = connect(served.port, "127.0.0.1");
    const end = () => (socket.destroy(), resolve(text));
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\r\n\r\n")) end();
    });
    socket.once("error", end).once("close", end).setTimeout(60_000, end);
    const write = () => {
      while (left > 0 && !socket.destroyed) {
        left -= piece.length;
        if (!socket.write(piece)) return void socket.once("drain", write);
      }
    };
    socket.once("connect", () => {
      socket.write(head);
      write();
    });
  });
}

test("bodies of 100 MB are refused, and none of it is kept", async () => {
  const before = process.memoryUsage().rss;
  for (const path of ["/predict", "/readings", "/feedback", "/predict"]) {
    const bytes = 100 * 2 ** 20;
    const answer = await pour(bytes, `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`);
    expect(answer === "" || answer.startsWith("HTTP/1.1 413")).toBe(true);
  }
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(200);
  expect((await post(good)).status).toBe(200);
});

test.each([
  ["arrays", "[".repeat(500_000) + "]".repeat(500_000)],
  ["arrays that nobody closes", "[".repeat(5_000_000)],
  ["objects", '{"a":'.repeat(200_000) + "1" + "}".repeat(200_000)],
])("JSON as deep as %s is refused", async (_, body) => {
  for (const path of ["/predict", "/readings", "/feedback"]) {
    const response = await post(body, path);
    expect([path, response.status]).toEqual([path, 400]);
    expect(await bodyOf<Problem>(response)).toMatchObject({ code: "MGV_JSON" });
  }
});

test.each([
  ["an array in a reading", goodWith(`"x":${"[".repeat(100)}${"]".repeat(100)}`)],
  ["an object in the second reading of two", `[${good},${goodWith(`"x":${'{"a":'.repeat(100)}1${"}".repeat(100)}`)}]`],
  ["a hundred thousand arrays in a reading", goodWith(`"x":${"[".repeat(100_000)}${"]".repeat(100_000)}`)],
])("%s is refused under a key that nobody reads, too", async (_, body) => {
  for (const path of ["/predict", "/readings", "/feedback"]) expect([path, (await post(body, path)).status]).toEqual([path, 400]);
});

test("JSON that is no deeper than 64 levels is taken", async () => {
  expect((await post(goodWith(`"x":${"[".repeat(63)}${"]".repeat(63)}`))).status).toBe(200);
});

test.each([
  ["NaN", '{"CNT": NaN}'],
  ["Infinity", '{"CNT": Infinity}'],
  ["a hexadecimal number", '{"CNT": 0x10}'],
  ["a number that begins with a zero", '{"CNT": 01}'],
  ["a comma at the end", '{"CNT": 1,}'],
  ["single quotes", "{'CNT': 1}"],
  ["a comment", '{"CNT": 1 /* one */}'],
  ["two values", `${good} ${good}`],
  ["nothing but blanks", "   "],
  ["a NUL", `${good}\0`],
])("%s is no JSON", async (_, body) => {
  const response = await post(body);
  expect([response.status, (await bodyOf<Problem>(response)).code]).toEqual([400, "MGV_JSON"]);
});

test.each(["1e999", "-1e999", "1e308", "123456789012345678901234567890"])("%s is a number, and not a value of the sensor", async (number) => {
  const response = await post(JSON.stringify(message({ "Temperature[C]": 0 })).replace('"Temperature[C]":0', `"Temperature[C]":${number}`));
  expect(response.status).toBe(422);
  expect((await bodyOf<Problem>(response)).errors).toMatchObject([{ pointer: "/Temperature[C]" }]);
});

test("of a key that comes twice the last one counts, here as in the stream", async () => {
  const kernel = await loadKernel();
  for (const [first, last] of [["20", "900"], ["900", "20"], ['"x"', "20"], ["20", '"x"']] as const) {
    const body = `{"Temperature[C]":${first},${JSON.stringify(message({ "Temperature[C]": undefined })).slice(1, -1)},"Temperature[C]":${last}}`;
    const builder = new RecordBatchBuilder(smoke.readings, 0);
    builder.add(0, START_MS, null, new TextEncoder().encode(body));
    const records = builder.take();
    using decoder = new Decoder(kernel, smoke.schema, { kind: "json" });
    const isGood = last === "20";
    expect((await post(body)).status).toBe(isGood ? 200 : 422);
    expect(decoder.decode(records).deadLetters).toHaveLength(isGood ? 0 : 1);
    expect(new ReferenceDecoder(smoke.schema, { kind: "json" }).decode(records).deadLetters).toHaveLength(isGood ? 0 : 1);
  }
});

test("keys that name what objects inherit are keys like others, and change no object", async () => {
  const inherited = await post(`{"__proto__": ${good}, "constructor": {"prototype": ${good}}}`);
  expect([inherited.status, (await bodyOf<Problem>(inherited)).code]).toEqual([422, "MGV_FIELD_MISSING"]);
  expect((await post(goodWith('"__proto__": {"CNT": "x", "isAdmin": true}, "constructor": 1, "toString": null, "hasOwnProperty": 5'))).status).toBe(200);
  for (const path of ["/readings", "/feedback", "/models/rollback"]) await (await post('{"__proto__": {"isAdmin": true}, "data": {"__proto__": []}}', path)).arrayBuffer();
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  expect((await post("{}")).status).toBe(422);
});

test("halves of surrogate pairs go in, and come out as U+FFFD", async () => {
  const response = await post(JSON.stringify(message({ "Temperature[C]": "\ud800", "\udc00": 1 })));
  expect(response.status).toBe(422);
  expect(new TextDecoder("utf-8", { fatal: true }).decode(await response.arrayBuffer())).toContain("MGV_FIELD_TYPE");
  expect((await post(goodWith('"sensor_id":"\\ud800"'))).status).toBe(200);
});

test("bytes that are not UTF-8 are refused", async () => {
  expect((await post(Uint8Array.of(0x22, 0xff, 0xfe, 0x22))).status).toBe(400);
});

test.each(["gzip", "br", "identity, gzip", "aes128gcm"])("a body of the encoding %s is refused with 415, which names the one that is taken, wherever bodies are", async (encoding) => {
  for (const path of ["/predict", "/predict?", "/predict/batch", "/explain", "/validate", "/readings", "/feedback", "/alerts/0_1/acknowledge", "/simulation/fires", "/v2/models/smoke/infer"]) {
    for (const type of ["application/json", "application/x-ndjson"]) {
      const response = await post(new Uint8Array(gzipSync(good)), path, { "Content-Type": type, "Content-Encoding": encoding });
      expect([path, response.status, response.headers.get("Accept-Encoding")]).toEqual([path, 415, "identity"]);
      expect(await bodyOf<Problem>(response)).toMatchObject({ title: "Unsupported Media Type", code: "MGV_HTTP_BODY", detail: `The body must be sent as it is, without Content-Encoding: ${encoding}.` });
    }
  }
});

test.each(["identity", "Identity, identity", ""])("a body of the encoding %j is taken", async (encoding) => {
  for (const path of ["/predict", "/predict?"]) expect((await post(good, path, { "Content-Encoding": encoding })).status).toBe(200);
  expect((await post(good, "/predict/batch", { "Content-Type": "application/x-ndjson", "Content-Encoding": encoding })).headers.get("Content-Type")).toBe("application/x-ndjson");
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "application/jsonx", "application/json-seq", "*/*", ";"])("a body of %s is refused", async (type) => {
  for (const path of ["/predict", "/readings", "/feedback"]) expect((await post(good, path, { "Content-Type": type })).status).toBe(400);
});
