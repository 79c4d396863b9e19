import { Decoder } from "../../engine/decode/decoder.ts";
import { FeatureState } from "../../engine/features/features.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { counted } from "../terminal.ts";
import type { Input, InputBatch } from "./input.ts";

/** What a row without a time is taken to come after the one before; as the trainer does. */
const INTERVAL_MS = 1000;

export interface ReadingsOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly path: string;
  /** Whether the data tells when each reading was measured. */
  readonly timed: boolean;
  readonly signal: AbortSignal;
}

/** Readings in the order of a file, with the features that the engine and the trainer compute from them. */
export class ReadingsInput implements Input {
  readonly description: string;
  readonly progress = NaN;
  readonly #options: ReadingsOptions;
  #rejected = 0;
  #firstReason = "";

  constructor(options: ReadingsOptions) {
    this.#options = options;
    this.description = `readings of the pipeline ${options.pipeline.name} in ${options.path}, features as the engine computes them`;
  }

  /** Throws what `ReplaySource.read` does. */
  async *batches(): AsyncGenerator<InputBatch> {
    const { kernel, pipeline, path, signal } = this.#options;
    const source = new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max", intervalMs: INTERVAL_MS });
    using resources = new DisposableStack();
    const state = resources.use(new FeatureState(kernel, pipeline));
    let decoder: Decoder | null = null;
    for await (const { format, records } of source.read(signal)) {
      decoder ??= resources.use(new Decoder(kernel, pipeline.schema, format));
      const { batch, deadLetters } = decoder.decode(records);
      const [first] = deadLetters;
      if (first && this.#rejected === 0) this.#firstReason = `row ${first.offset + 1}: ${first.code}: ${first.reason}`;
      this.#rejected += deadLetters.length;
      const { at, rows, width } = state.push(batch);
      yield {
        rows: records.count,
        kept: deadLetters.length === 0 ? null : Uint32Array.from(batch.offsets, (offset) => offset - records.offsets[0]!),
        // scoring may grow the kernel's memory, and then a view of it is gone
        features: kernel.f32(at, rows * width).slice(),
      };
    }
  }

  remarks(): string[] {
    const rejected = this.#rejected === 0 ? [] : [`${counted(this.#rejected, "reading")} rejected, without a prediction; the first is ${this.#firstReason}`];
    return this.#options.timed ? rejected : [`the data has no time: readings are taken to be ${INTERVAL_MS / 1000} s apart`, ...rejected];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
