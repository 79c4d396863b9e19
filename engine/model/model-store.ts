import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { cardOf, describeTrainedOn, type ModelCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { transformOf } from "../../kernel-as/model/objective.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { featureNames } from "../features/features.ts";

/** Where probabilities turn into fire when a model does not say. */
const DEFAULT_THRESHOLD = 0.5;

/** A model that can score. */
export interface Model {
  /** The first 12 digits of the SHA-256 of the file: the same content is the same version. */
  readonly version: string;
  readonly forest: Forest;
  readonly card: ModelCard | null;
  /** What it was trained on, for people; `unknown` for a model from elsewhere. */
  readonly trainedOn: string;
  readonly threshold: number;
  readonly loadedAtMs: number;
  /** As it was read. */
  readonly file: Uint8Array;
}

/** Models of earlier times that are held: for a task that has had no records since, or folds again. */
const EARLIER = 8;

/** The model in use, and its replacement when the file behind it changes. A file that cannot be used changes nothing. */
export class ModelStore {
  readonly path: string;
  readonly #kernel: Kernel;
  readonly #pipeline: Pipeline;
  readonly #now: () => number;
  readonly #onProblem: (problem: MangroveError) => void;
  #current: Model | null = null;
  readonly #earlier = new Map<string, Model>();
  #problem: MangroveError | null = null;
  #seen = "";
  #refreshing: Promise<boolean> | null = null;

  constructor(options: {
    kernel: Kernel;
    pipeline: Pipeline;
    path: string;
    now: () => number;
    onProblem?: (problem: MangroveError) => void;
  }) {
    this.#kernel = options.kernel;
    this.#pipeline = options.pipeline;
    this.path = options.path;
    this.#now = options.now;
    this.#onProblem = options.onProblem ?? (() => {});
  }

  /** Null until a usable file has been there. */
  get current(): Model | null {
    return this.#current;
  }

  /** Why the file that is there now is not in use; null when it is. */
  get problem(): MangroveError | null {
    return this.#problem;
  }

  /** The model in use; throws `MGV_MODEL_MISSING`, or what is wrong with the file, when there is none. */
  require(): Model {
    if (this.#current) return this.#current;
    throw this.#problem ?? missing(this.path);
  }

  /** The model of a version, if it is the one in use, or one of the last few that were or that were learned. */
  find(version: string): Model | null {
    return this.#current?.version === version ? this.#current : (this.#earlier.get(version) ?? null);
  }

  /** Holds a model that was in use once, so that `find` has it. Throws what is wrong with the file. */
  learn(version: string, file: Uint8Array): void {
    if (this.find(version)) return;
    this.#hold(this.#read(version, file));
  }

  /** Looks at the file, reads it if it has changed or `force` is set. True when another model is in use afterwards. */
  async refresh(options: { force?: boolean } = {}): Promise<boolean> {
    if (this.#refreshing && options.force) await this.#refreshing;
    this.#refreshing ??= this.#refresh(options.force ?? false).finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** Refreshes every `intervalMs` until the signal aborts, and calls `onSwap` when another model is in use. Never throws. */
  watch(intervalMs: number, signal: AbortSignal, onSwap: () => void = () => {}): void {
    const timer = setInterval(() => void this.refresh().then((swapped) => swapped && onSwap()), intervalMs);
    timer.unref();
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  async #refresh(force: boolean): Promise<boolean> {
    try {
      const file = await stat(this.path).catch((cause: unknown) => {
        throw missing(this.path, cause);
      });
      const seen = `${file.mtimeMs}/${file.size}/${file.ino}`;
      if (seen === this.#seen && !force) return false;
      const bytes = await readFile(this.path).catch((cause: unknown) => {
        throw new MangroveError("MGV_FILE_READ", `The model ${this.path} cannot be read: ${(cause as Error).message}.`, { cause });
      });
      this.#seen = seen;
      const changed = this.#use(bytes);
      this.#problem = null;
      return changed;
    } catch (thrown) {
      const problem = MangroveError.from(thrown);
      if (problem.code === "MGV_MODEL_MISSING") this.#seen = "";
      const news = problem.message !== this.#problem?.message;
      this.#problem = problem;
      if (news && problem.code !== "MGV_MODEL_MISSING") this.#onProblem(problem);
      return false;
    }
  }

  /** Puts the model of a file's bytes into use. */
  #use(bytes: Uint8Array): boolean {
    const version = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    if (version === this.#current?.version) return false;
    const old = this.#current;
    const earlier = this.#earlier.get(version);
    this.#current = earlier ? { ...earlier, loadedAtMs: this.#now() } : this.#read(version, bytes);
    this.#earlier.delete(version);
    if (old) this.#hold(old);
    return true;
  }

  #hold(model: Model): void {
    this.#earlier.set(model.version, model);
    const [oldest] = this.#earlier.values();
    if (this.#earlier.size <= EARLIER || !oldest) return;
    this.#earlier.delete(oldest.version);
    oldest.forest[Symbol.dispose]();
  }

  #read(version: string, file: Uint8Array): Model {
    const { model } = readModel(file);
    const card = cardOf(model);
    checkFeatures(featureNames(this.#pipeline), model, card);
    checkPrediction(model);
    return {
      version,
      forest: new Forest(this.#kernel, model),
      card,
      trainedOn: card ? describeTrainedOn(card.trainedOn) : "unknown",
      threshold: card?.threshold ?? DEFAULT_THRESHOLD,
      loadedAtMs: this.#now(),
      file,
    };
  }
}

function missing(path: string, cause?: unknown): MangroveError {
  return new MangroveError("MGV_MODEL_MISSING", `There is no model at ${path}. Train one with \`npm run train\`.`, { cause });
}

function checkFeatures(wanted: readonly string[], { featureCount: count, featureNames }: ForestModel, card: ModelCard | null): void {
  // names such as f0 or Column_0 say nothing; some of ours say that all of them are meant
  const found = card?.features ?? (featureNames?.some((name) => wanted.includes(name)) ? featureNames : undefined);
  const first = wanted.findIndex((name, i) => found !== undefined && found[i] !== name);
  if (count === wanted.length && first === -1) return;
  const difference = first === -1 ? `it reads ${count} features, the pipeline computes ${wanted.length}` : `its feature ${first} is "${found?.[first]}", the pipeline's "${wanted[first]}"`;
  throw new MangroveError("MGV_MODEL_FEATURES", `The model does not fit the pipeline: ${difference}. Train it again with \`npm run train\`.`);
}

function checkPrediction(model: ForestModel): void {
  if (transformOf(model) === "sigmoid" && model.outputs === 1) return;
  const outputs = model.outputs === 1 ? "" : ` with ${model.outputs} outputs`;
  throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The pipeline needs a model that predicts one probability, such as binary:logistic of XGBoost or binary of LightGBM; this one's objective is ${model.objective.name}${outputs}.`);
}
