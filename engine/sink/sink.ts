import type { TaskOutput } from "../task/output.ts";

/** Where outputs go. Adapters: memory, JSON lines, Kafka, the history. */
export interface Sink extends AsyncDisposable {
  /** A sentence for people: what goes where. */
  readonly description: string;
  /**
   * Takes an output in; slow sinks make the engine wait. The batch is good until the promise resolves: a sink that holds it back until `flush` takes a
   * `detached` one.
   */
  write(output: TaskOutput): Promise<void>;
  /** All that was written is durable when this resolves. */
  flush(): Promise<void>;
}
