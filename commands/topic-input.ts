import type { Broker, ProducedRecord } from "../engine/broker/broker.ts";
import { connectKafka, groupOf } from "./source.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";

/** Appends messages to a topic, the one that the pipeline reads unless another is named, which is created where there is none. Reaches Kafka when the first ones come, and anew after it could not be reached. */
export class TopicInput implements AsyncDisposable {
  readonly #connect: () => Promise<Broker>;
  #broker: Promise<Broker> | null = null;

  constructor(given: Arguments, { config, pipeline }: Pick<Runtime, "config" | "pipeline">, topic = pipeline.readings) {
    this.#connect = async () => {
      const broker = await connectKafka(config, groupOf(given, config, pipeline));
      try {
        await broker.ensureTopics([topic]);
        return broker;
      } catch (thrown) {
        await broker[Symbol.asyncDispose]();
        throw thrown;
      }
    };
  }

  /** Resolves once every in-sync replica has them. Throws `MGV_BROKER`, `MGV_BROKER_TOPIC`. */
  async append(messages: readonly ProducedRecord[]): Promise<void> {
    const connecting = (this.#broker ??= this.#connect());
    connecting.catch(() => (this.#broker = null));
    const broker = await connecting;
    await broker.produce(messages);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#broker?.catch(() => null))?.[Symbol.asyncDispose]();
  }
}
