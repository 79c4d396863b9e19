import type { Compression } from "../compression.ts";
import type { Client } from "../platformatic-connection.ts";

/** By their number in the attributes of a batch: Kafka's message format. */
const names = ["none", "gzip", "snappy", "lz4", "zstd"] as const satisfies readonly Compression[];

/** Undoes a codec, by its number. */
export function decompressor({ compressionsAlgorithms }: Client): (codec: number, bytes: Uint8Array) => Uint8Array {
  return (codec, bytes) => {
    const name = names[codec];
    if (name === undefined || name === "none") throw new Error(`there is no codec ${codec}`);
    return compressionsAlgorithms[name].decompressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  };
}

/** Null where nothing is compressed. */
export function compressor({ compressionsAlgorithms }: Client, compression: Compression): { readonly codec: number; run(bytes: Uint8Array): Uint8Array } | null {
  if (compression === "none") return null;
  return { codec: names.indexOf(compression), run: (bytes) => compressionsAlgorithms[compression].compressSync(Buffer.from(bytes)) };
}
