import { copyFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { writeStump } from "../fixtures/model.ts";

/** Two model files, and the place where engines look for theirs: one of the two is there, put in its place whole, as `mangrove train` does. */
export class ModelsInTurn {
  readonly files: readonly string[];
  readonly place: string;
  #inUse = 1;

  constructor(folder: string) {
    this.files = ["first", "second"].map((name) => join(folder, `${name}.json`));
    this.place = join(folder, "model.json");
  }

  /** `splits`: how far above its mean a value is an alert, for the one and the other. */
  async begin(pipeline: Pipeline, splits: readonly [number, number] = [5, 20]): Promise<void> {
    for (const [i, split] of splits.entries()) await writeStump(this.files[i]!, pipeline, "value - mean 10s", split);
    await this.swap();
  }

  async swap(): Promise<void> {
    this.#inUse = 1 - this.#inUse;
    await copyFile(this.files[this.#inUse]!, `${this.place}.new`);
    await rename(`${this.place}.new`, this.place);
  }
}
