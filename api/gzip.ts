import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { ApiEnv } from "./options.ts";

/** Smaller answers fit into a packet as they are. */
const LEAST_BYTES = 1_400;

const compress = promisify(gzip);

/** Whether the client takes gzip. */
export function takesGzip(c: Context<ApiEnv>): boolean {
  return accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "identity" }) === "gzip";
}

/** An answer that is compressed where that pays and the client takes it. */
export async function gzipped(c: Context<ApiEnv>, text: string, mediaType: string): Promise<Response> {
  const headers = { "Content-Type": mediaType, Vary: "Accept-Encoding" };
  if (text.length < LEAST_BYTES || !takesGzip(c)) return c.body(text, 200, headers);
  const bytes = await compress(text, { level: 1 });
  return c.body(new Uint8Array(bytes), 200, { ...headers, "Content-Encoding": "gzip" });
}
