import { connectBroker } from "../engine/broker/connect.ts";
import type { Config } from "../engine/config.ts";
import { messageWriter, type Message } from "../engine/decode/message.ts";
import { keyOf } from "../engine/source/record-batch.ts";
import type { Source } from "../engine/source/source.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Schema } from "../kernel-as/schema.ts";
import { brokerOptions } from "./broker.ts";
import { StandardOutput } from "./standard-output.ts";
import { tell } from "./terminal.ts";

export const targets = ["stdout", "kafka"] as const;

/** What came of a source. */
export interface Poured {
  readonly messages: number;
  /** Rows that are no message, and what is wrong with the first. */
  readonly leftOut: number;
  readonly firstWrong: string | null;
}

export interface PourOptions {
  readonly to: (typeof targets)[number];
  readonly config: Config;
  /** Of Kafka; created where there is none. */
  readonly topic: string;
  readonly schema: Schema;
  readonly onProgress?: (messages: number) => void;
}

/** Puts the records of a source on a topic of Kafka under their sensors, in their order and each once, or as lines on stdout; ends with the source, with the reader of stdout, and when the signal aborts. */
export async function pour(source: Source, options: PourOptions, signal: AbortSignal): Promise<Poured> {
  const { config, topic } = options;
  if (options.to === "kafka") {
    const reached = brokerOptions(config);
    await using broker = await connectBroker(config.kafkaClient, reached);
    await broker.ensureTopics([topic]);
    tell(`${source.description} -> topic ${topic} on ${reached.servers.join(", ")}`);
    return await pourInto((messages) => broker.produce(messages.map((message) => ({ topic, ...message }))), source, options, signal);
  }
  await using output = new StandardOutput();
  const seenEnough = new AbortController();
  const write = async (messages: readonly Message[]) => {
    await output.write(messages.map(({ value }) => `${value}\n`).join(""));
    if (output.closed) seenEnough.abort();
  };
  return await pourInto(write, source, options, AbortSignal.any([signal, seenEnough.signal]));
}

async function pourInto(write: (messages: readonly Message[]) => Promise<void>, source: Source, { schema, onProgress }: PourOptions, signal: AbortSignal): Promise<Poured> {
  const text = new TextDecoder("utf-8", { ignoreBOM: true });
  let [count, leftOut]: [number, number] = [0, 0];
  let firstWrong: string | null = null;
  for await (const { format, records } of source.read(signal)) {
    const messageOf = messageWriter(schema, format);
    const messages: Message[] = [];
    for (let record = 0; record < records.count; record++) {
      try {
        const { values, bounds } = records;
        messages.push(messageOf(text.decode(values.subarray(bounds[record], bounds[record + 1])), keyOf(records, record)));
      } catch (thrown) {
        leftOut++;
        firstWrong ??= `row ${records.offsets[record]! + 1}: ${MangroveError.from(thrown).message}`;
      }
    }
    await write(messages);
    count += messages.length;
    onProgress?.(count);
  }
  return { messages: count, leftOut, firstWrong };
}
