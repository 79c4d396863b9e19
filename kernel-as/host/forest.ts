import { readFile, writeFile } from "node:fs/promises";
import { MangroveError } from "../errors.ts";
import type { Floats, ForestModel } from "../model/forest.ts";
import { formatForPath } from "../model/formats/for-path.ts";
import { formatNamed, readModel } from "../model/formats/formats.ts";
import { KernelForest, type KernelForestOptions } from "./kernel-forest.ts";
import { sharedKernel, type Kernel } from "./kernel.ts";
import { WorkerPool } from "./workers/pool.ts";

export interface ForestOptions extends KernelForestOptions {
  /** Threads that share large batches, the caller's own among them (1). Results do not depend on it. */
  readonly workers?: number;
}

/** A forest that is read from files, written to them, and scored by several threads where it is asked to. */
export class Forest extends KernelForest {
  readonly #pool: WorkerPool | null;

  /** For a model that is in memory already; {@link Forest.open} for one in a file. Throws `MGV_MODEL_FORMAT` and `MGV_MODEL_UNSUPPORTED`. */
  constructor(kernel: Kernel, model: ForestModel, options: ForestOptions = {}) {
    const workers = checkWorkers(options.workers ?? 1);
    super(kernel, model, options);
    this.#pool = this.hold(workers === 1 ? null : new WorkerPool(this.model, workers - 1));
  }

  /**
   * Reads a model: a path, or the bytes of a file. Its format is told by its content, not by its name. Throws `MGV_FILE_READ`, `MGV_MODEL_FORMAT`
   * with the place in the file, `MGV_MODEL_UNSUPPORTED`.
   */
  static override async open(source: string | URL | Uint8Array, options: ForestOptions & { kernel?: Kernel } = {}): Promise<Forest> {
    const bytes = source instanceof Uint8Array ? source : await readBytes(source);
    const { model } = readModel(bytes);
    return new Forest(options.kernel ?? (await sharedKernel()), model, options);
  }

  /** As {@link KernelForest.ready}, when the workers wait for work too. Throws `MGV_KERNEL` when a worker does not start. */
  override async ready(): Promise<this> {
    await Promise.all([super.ready(), this.#pool?.ready()]);
    return this;
  }

  /**
   * Writes the model to a file in the format that its extension names (.json and .ubj XGBoost's, .txt LightGBM's), or in the one named. Throws
   * `MGV_MODEL_CONVERT` for what that format cannot say, `MGV_FILE_WRITE`.
   */
  async save(path: string, options: { format?: string } = {}): Promise<void> {
    const format = options.format === undefined ? formatForPath(path) : formatNamed(options.format);
    if (format.write === null) throw new MangroveError("MGV_MODEL_CONVERT", `${format.title} is only read, not written.`);
    const bytes = format.write(this.model);
    await writeFile(path, bytes).catch((cause: unknown) => {
      throw new MangroveError("MGV_FILE_WRITE", `The model cannot be written to ${path}: ${(cause as Error).message}`, { cause });
    });
  }

  /** Throws `MGV_KERNEL` when a worker fails. */
  protected override fillMargins(rows: Floats, margins: Floats): void {
    if (this.#pool?.isFor(rows.length / Math.max(this.featureCount, 1))) this.#pool.margins(rows, margins, (some, out) => super.fillMargins(some, out));
    else super.fillMargins(rows, margins);
  }
}

function checkWorkers(workers: number): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= 256) return workers;
  throw new MangroveError("MGV_ARGUMENT", `workers is ${workers}; it must be a whole number from 1 to 256.`);
}

async function readBytes(path: string | URL): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `The model ${String(path)} cannot be read: ${(cause as Error).message}.`, { cause });
  });
}
