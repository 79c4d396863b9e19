import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Context } from "hono";
import { takesGzip } from "../gzip.ts";
import type { ApiEnv } from "../options.ts";

const mediaTypes = { html: "text/html; charset=UTF-8", css: "text/css; charset=UTF-8", js: "text/javascript; charset=UTF-8" } as const;

/** A file that browsers load: read and compressed once, known again by its content. */
export class StaticFile {
  readonly #plain: Uint8Array<ArrayBuffer>;
  readonly #small: Uint8Array<ArrayBuffer>;
  readonly #tag: string;
  readonly #mediaType: string;

  constructor(kind: keyof typeof mediaTypes, content: string | URL) {
    this.#plain = new Uint8Array(typeof content === "string" ? new TextEncoder().encode(content) : readFileSync(content));
    this.#small = new Uint8Array(gzipSync(this.#plain, { level: 9 }));
    this.#tag = createHash("sha256").update(this.#plain).digest("hex").slice(0, 16);
    this.#mediaType = mediaTypes[kind];
  }

  /** `vary`: what else of the request decides what is answered here. */
  answer(c: Context<ApiEnv>, { vary = [] }: { vary?: readonly string[] } = {}): Response {
    const isSmall = takesGzip(c);
    const tag = `"${this.#tag}${isSmall ? "-gzip" : ""}"`;
    c.header("Vary", ["Accept-Encoding", ...vary].join(", "));
    c.header("Cache-Control", "no-cache"); // kept, and asked for again: an update is there at once
    c.header("ETag", tag);
    if (c.req.header("if-none-match") === tag) return c.body(null, 304);
    c.header("Content-Type", this.#mediaType);
    if (isSmall) c.header("Content-Encoding", "gzip");
    return c.body(isSmall ? this.#small : this.#plain, 200);
  }
}
