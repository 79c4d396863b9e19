import type * as Kafkajs from "kafkajs";

/** Gives `kafkajs`, which brings only gzip, the other codecs: those of `@platformatic/kafka`, loaded when a batch first needs them. */
export function registerCodecs({ CompressionCodecs, CompressionTypes }: typeof Kafkajs.default): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => codec("snappy");
  CompressionCodecs[CompressionTypes.LZ4] = () => codec("lz4");
  CompressionCodecs[CompressionTypes.ZSTD] = () => codec("zstd");
}

function codec(name: "snappy" | "lz4" | "zstd") {
  const algorithm = async () => (await import("@platformatic/kafka")).compressionsAlgorithms[name];
  return {
    compress: async ({ buffer }: { buffer: Buffer }) => (await algorithm()).compressSync(buffer),
    decompress: async (bytes: Buffer) => (await algorithm()).decompressSync(bytes),
  };
}
