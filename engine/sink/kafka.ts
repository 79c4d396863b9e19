import type { Broker } from "../broker/broker.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { TaskOutput } from "../task/output.ts";
import { outputRecords } from "./records.ts";
import type { Sink } from "./sink.ts";

/** Produces outputs to the pipeline's topics, which are created where they do not exist. At least once. */
export class KafkaSink implements Sink {
  readonly description: string;
  readonly #pipeline: Pipeline;
  readonly #broker: Broker;

  private constructor(pipeline: Pipeline, broker: Broker) {
    this.#pipeline = pipeline;
    this.#broker = broker;
    this.description = `topics ${pipeline.outputTopics.join(", ")}`;
  }

  static async open(pipeline: Pipeline, broker: Broker): Promise<KafkaSink> {
    await broker.ensureTopics(pipeline.outputTopics);
    return new KafkaSink(pipeline, broker);
  }

  async write(output: TaskOutput): Promise<void> {
    const records = outputRecords(this.#pipeline, output);
    if (records.length > 0) await this.#broker.produce(records);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
