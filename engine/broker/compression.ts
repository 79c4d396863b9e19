import zlib from "node:zlib";
import { MangroveError } from "../../kernel-as/errors.ts";

/** How batches of produced records are compressed; whatever was chosen, each of them is read. */
export const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

export type Compression = (typeof compressions)[number];

/** Throws `MGV_BROKER` for a codec that this runtime lacks. */
export function checkCompression(compression: Compression): void {
  if (compression !== "zstd" || "zstdCompressSync" in zlib) return;
  throw new MangroveError("MGV_BROKER", "Compression with zstd needs Node 22.15 or later. Use a newer Node, Bun or Deno, or set MANGROVE_KAFKA_COMPRESSION=lz4.");
}
