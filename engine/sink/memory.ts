import { detached } from "../batch.ts";
import type { TaskOutput } from "../task/output.ts";
import type { Sink } from "./sink.ts";

/** Keeps outputs in an array, for tests and small tools. */
export class MemorySink implements Sink {
  readonly description = "memory";
  readonly outputs: TaskOutput[] = [];
  flushes = 0;

  write(output: TaskOutput): Promise<void> {
    this.outputs.push({ ...output, batch: detached(output.batch) });
    return Promise.resolve();
  }

  flush(): Promise<void> {
    this.flushes++;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
