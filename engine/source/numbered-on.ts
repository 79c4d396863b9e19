import type { Source } from "./source.ts";

/** A source of one partition that begins with offset 0, and whose batches are plain objects, its records numbered from `first` on. */
export function numberedOn(source: Source, first: number): Source {
  return {
    topic: source.topic,
    description: source.description,
    isWhole: source.isWhole,
    async *read(signal) {
      for await (const { format, records } of source.read(signal)) yield { format, records: { ...records, offsets: records.offsets.map((offset) => offset + first) } };
    },
    caughtUpMs: () => source.caughtUpMs?.() ?? null,
    commit: (partition, nextOffset) => source.commit(partition, nextOffset - first),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
