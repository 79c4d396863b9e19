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

  async begin(pipeline: Pipeline): Promise<void> {
    await writeStump(this.files[0]!, pipeline, "value - mean 10s", 5);
    await writeStump(this.files[1]!, pipeline, "value - mean 10s", 20);
    await this.swap();
  }

  async swap(): Promise<void> {
    this.#inUse = 1 - this.#inUse;
    await copyFile(this.files[this.#inUse]!, `${this.place}.new`);
    await rename(`${this.place}.new`, this.place);
  }
}
