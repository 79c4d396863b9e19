import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { cardOf, describeTrainedOn, type ModelCard } from "../../kernel-as/model/card.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { checkFits } from "./fits.ts";
import { readTrialOrder } from "./trial-order.ts";
import { readTrialFile, trialId, writeTrialFile, type Trial, type TrialTerms } from "./trial.ts";
import { versionOf } from "./version.ts";
import { FolderWatch } from "./watch-folder.ts";

/** Where probabilities turn into fire when a model does not say. */
const DEFAULT_THRESHOLD = 0.5;

/** A model that can score. */
export interface Model {
  /** What journal and snapshots name it by: its version, unless another is tried beside it. */
  readonly id: string;
  /** The first 12 digits of the SHA-256 of the file: the same content is the same version. */
  readonly version: string;
  readonly forest: Forest;
  readonly card: ModelCard | null;
  /** What it was trained on, for people; `unknown` for a model from elsewhere. */
  readonly trainedOn: string;
  readonly threshold: number;
  readonly loadedAtMs: number;
  /** As it was read; with a trial, both models' files in one. */
  readonly file: Uint8Array;
  readonly trial: Trial | null;
}

/** A file that is written again within one tick of its folder's clock, at the same length, looks as it did: it is read once more when it has looked so for this long. */
const SETTLED_MS = 100;

/** Models of earlier times that are held beside those that were learned: for a task that has had no records since. */
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
  /** By id: how many have learned it and not let it go. */
  readonly #learned = new Map<string, number>();
  #problem: MangroveError | null = null;
  #trialProblem: string | null = null;
  #seen = { file: "", atMs: 0, isSettled: false };
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

  /** The model of an id, if it is the one in use, one of the last few that were, or learned. */
  find(id: string): Model | null {
    return this.#current?.id === id ? this.#current : (this.#earlier.get(id) ?? null);
  }

  /** Holds a model that was in use once, so that `find` has it, until what it gives is disposed. Throws what is wrong with the file. */
  learn(id: string, file: Uint8Array): Disposable {
    const model = this.find(id) ?? this.#read(file);
    this.#learned.set(id, (this.#learned.get(id) ?? 0) + 1);
    if (model !== this.#current) this.#hold(model);
    const held = new DisposableStack();
    held.defer(() => this.#letGo(id));
    return held;
  }

  /** Looks at the file, reads it if it has changed or `force` is set. True when another model is in use afterwards. */
  async refresh(options: { force?: boolean } = {}): Promise<boolean> {
    if (this.#refreshing && options.force) await this.#refreshing;
    this.#refreshing ??= this.#refresh(options.force ?? false).finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /**
   * Follows the file until the signal aborts, and calls `onSwap` when another model is in use: soon after its folder has changed, where the platform tells, and in any case every `intervalMs`, since folders of other
   * machines change in silence. Never throws.
   */
  watch(intervalMs: number, signal: AbortSignal, onSwap: () => void = () => {}): void {
    if (signal.aborted) return;
    let used = this.#current?.id;
    const look = async () => {
      await this.#refreshing; // it may have looked before the change
      await this.refresh();
      if (this.#current?.id === used || signal.aborted) return;
      // others may have refreshed meanwhile
      used = this.#current?.id;
      onSwap();
    };
    const folder = new FolderWatch(dirname(this.path), () => void look());
    // what changes while the watching begins is looked for after it has begun
    const poll = () => void folder.check().then(look);
    poll();
    const timer = setInterval(poll, intervalMs);
    timer.unref();
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      folder[Symbol.dispose]();
    }, { once: true });
  }

  async #refresh(force: boolean): Promise<boolean> {
    try {
      const look = await lookOf(this.path);
      const order = await this.#orUntried(readTrialOrder(this.path));
      if (order === null) this.#trialProblem = null;
      const tried = order && (await this.#orUntried(lookOf(order.path)));
      if (this.#isSettled(`${look} ${order?.mode} ${order?.share} ${order?.path} ${tried}`) && !force) return false;
      const bytes = await read(this.path);
      const challenger = order && tried ? await this.#orUntried(read(order.path)) : undefined;
      const changed = order && challenger ? this.#useWith(bytes, { ...order, challenger }) : this.#use(bytes);
      this.#problem = null;
      return changed;
    } catch (thrown) {
      const problem = MangroveError.from(thrown);
      if (problem.code === "MGV_MODEL_MISSING" || problem.code === "MGV_FILE_READ") this.#isSettled("");
      const news = problem.message !== this.#problem?.message;
      this.#problem = problem;
      if (news && problem.code !== "MGV_MODEL_MISSING") this.#onProblem(problem);
      return false;
    }
  }

  /** Whether a file that looks so has been read when it had looked so for long enough. */
  #isSettled(file: string): boolean {
    const nowMs = performance.now();
    if (file !== this.#seen.file) this.#seen = { file, atMs: nowMs, isSettled: false };
    const { atMs, isSettled } = this.#seen;
    this.#seen.isSettled = nowMs - atMs >= SETTLED_MS;
    return isSettled;
  }

  async #orUntried<Result>(work: Promise<Result>): Promise<Result | undefined> {
    return work.catch((thrown: unknown) => this.#tellUntried(thrown));
  }

  /** What is wrong with a trial is told once, and nothing is tried meanwhile. */
  #tellUntried(thrown: unknown): undefined {
    const { code, message, cause } = MangroveError.from(thrown);
    if (message !== this.#trialProblem) this.#onProblem(new MangroveError(code, `Nothing is on trial: ${message}`, { cause }));
    this.#trialProblem = message;
  }

  /** A model that has become the champion is not on trial any more. */
  #useWith(champion: Uint8Array, { mode, share, challenger }: TrialTerms & { readonly challenger: Uint8Array }): boolean {
    if (versionOf(champion) === versionOf(challenger)) return this.#use(champion);
    try {
      const changed = this.#use(writeTrialFile({ mode, share, champion, challenger }));
      this.#trialProblem = null;
      return changed;
    } catch (thrown) {
      const changed = this.#use(champion); // it may be what is wrong
      this.#tellUntried(thrown);
      return changed;
    }
  }

  /** Puts the model of a file's bytes into use. */
  #use(bytes: Uint8Array): boolean {
    const id = idOf(bytes);
    if (id === this.#current?.id) return false;
    const old = this.#current;
    const earlier = this.#earlier.get(id);
    this.#current = earlier ? { ...earlier, loadedAtMs: this.#now() } : this.#read(bytes);
    this.#earlier.delete(id);
    if (old) this.#hold(old);
    return true;
  }

  #hold(model: Model): void {
    this.#earlier.set(model.id, model);
    this.#closeOldest();
  }

  #letGo(id: string): void {
    const others = this.#learned.get(id)! - 1;
    if (others > 0) this.#learned.set(id, others);
    else this.#learned.delete(id);
    this.#closeOldest();
  }

  #closeOldest(): void {
    const loose = [...this.#earlier.values()].filter(({ id }) => !this.#learned.has(id));
    for (const { id, forest, trial } of loose.slice(0, Math.max(0, loose.length - EARLIER))) {
      this.#earlier.delete(id);
      forest[Symbol.dispose]();
      trial?.forest[Symbol.dispose]();
    }
  }

  #read(file: Uint8Array): Model {
    const tried = readTrialFile(file);
    if (tried === null) return this.#readOne(file);
    const { mode, share } = tried;
    const champion = this.#readOne(tried.champion);
    const { version, forest, trainedOn, threshold } = this.#readOne(tried.challenger);
    return { ...champion, id: idOf(file), file, trial: { mode, share, version, forest, trainedOn, threshold } };
  }

  #readOne(file: Uint8Array): Model {
    const { model } = readModel(file);
    const version = versionOf(file);
    const card = cardOf(model);
    checkFits(this.#pipeline, model, card);
    return {
      id: version,
      version,
      forest: new Forest(this.#kernel, model),
      card,
      trainedOn: card ? describeTrainedOn(card.trainedOn) : "unknown",
      threshold: card?.threshold ?? DEFAULT_THRESHOLD,
      loadedAtMs: this.#now(),
      file,
      trial: null,
    };
  }
}

function idOf(file: Uint8Array): string {
  const tried = readTrialFile(file);
  return tried ? trialId(versionOf(tried.champion), { ...tried, version: versionOf(tried.challenger) }) : versionOf(file);
}

/** Differs when the file is another one, or has other content. */
async function lookOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  return `${mtimeMs}/${size}/${ino}`;
}

function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `The model ${path} cannot be read: ${(cause as Error).message}.`, { cause });
  });
}

function missing(path: string, cause?: unknown): MangroveError {
  return new MangroveError("MGV_MODEL_MISSING", `There is no model at ${path}. Train one with \`npm run train\`.`, { cause });
}
