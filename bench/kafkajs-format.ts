import { createRequire } from "node:module";

/** The parts of kafkajs that write and read record batches, which it does not export. */
interface Format {
  readonly Encoder: new () => { readonly buffer: Buffer };
  readonly Decoder: new (bytes: Buffer) => { canReadInt32(): boolean };
  readonly readBatch: (decoder: object) => Promise<{ readonly records: readonly { readonly offset: string; readonly key: Buffer | null; readonly value: Buffer | null }[] }>;
  readonly writeBatch: (batch: object) => Promise<{ readonly buffer: Buffer }>;
  readonly writeRecord: (record: { readonly offsetDelta: number; readonly key: Buffer; readonly value: Buffer }) => object;
}

export function kafkajsFormat(): Format {
  const require = createRequire(import.meta.url);
  const part = (path: string): unknown => require(`kafkajs/src/protocol/${path}`);
  return {
    Encoder: part("encoder") as Format["Encoder"],
    Decoder: part("decoder") as Format["Decoder"],
    readBatch: part("recordBatch/v0/decoder") as Format["readBatch"],
    writeBatch: (part("recordBatch/v0") as { readonly RecordBatch: Format["writeBatch"] }).RecordBatch,
    writeRecord: part("recordBatch/record/v0") as Format["writeRecord"],
  };
}
