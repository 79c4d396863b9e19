import { basename } from "node:path";
import { readTrialOrder } from "../../engine/model/trial-order.ts";
import { versionOf } from "../../engine/model/version.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { localDisk, type Disk } from "./disk.ts";
import type { LogEntry, Verdict } from "./entry.ts";
import { ModelFiles } from "./files.ts";
import { RegistryLog, type State } from "./registry-log.ts";
import { storedModels, type StoredModel } from "./stored-model.ts";

/** Champions of before that a rollback can go back to, and models beside them that are kept. */
const PAST = 10;
const OTHERS = 10;

export interface RegistryOptions {
  /** The champion's file, such as `models/smoke_detection_model.json`. */
  readonly path: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Throws why a file cannot become the champion. Asked before anything is written. */
  readonly check?: (bytes: Uint8Array) => void;
  /** Told after another model has become the champion. */
  readonly onChange?: (done: LogEntry) => Promise<void> | void;
  readonly disk?: Disk;
}

/** Who does something, and why. */
export interface About {
  readonly by: string;
  readonly reason: string;
}

export interface KeepOptions {
  readonly by: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** Kept beside the model as JSON. */
  readonly report?: unknown;
  readonly manifest?: unknown;
  /** Markdown for people; it lies beside the champion while the model is that. */
  readonly card?: string;
}

/**
 * The models of one pipeline: the champion, what came before it, and what may follow. All is in files that are whole at any time (files.ts): whoever dies amid a promotion has either not begun it, or the next one that looks does the
 * rest. Several processes may use it at once. Methods throw `MGV_FILE_READ`, and those that change something `MGV_FILE_WRITE`.
 */
export class Registry {
  readonly #files: ModelFiles;
  readonly #log: RegistryLog;
  readonly #check: (bytes: Uint8Array) => void;
  readonly #onChange: (done: LogEntry) => Promise<void> | void;

  /** Also finishes what another process has begun, cuts off what it wrote of an entry, and takes note of a champion that somebody else has put there. */
  static async open(options: RegistryOptions): Promise<Registry> {
    const registry = new Registry(options);
    await registry.#log.look();
    return registry;
  }

  private constructor({ path, now, check = () => {}, onChange = () => {}, disk = localDisk }: RegistryOptions) {
    this.#files = new ModelFiles(path, disk);
    this.#log = new RegistryLog(this.#files, { disk, now });
    this.#check = check;
    this.#onChange = onChange;
  }

  /** Null until there was one. Where a file that is no model lies in its place, the one before that. */
  async champion(): Promise<StoredModel | null> {
    return this.find("champion");
  }

  async challenger(): Promise<StoredModel | null> {
    return this.find("challenger");
  }

  /** All that are kept, the newest first. */
  async list(): Promise<StoredModel[]> {
    return storedModels(this.#files, { ...(await this.#log.look()), names: await this.#files.names() });
  }

  /** By version, by the first digits of one, four or more, or as `champion` or `challenger`; null where there is none such, or several. */
  async find(name: string): Promise<StoredModel | null> {
    const found = (await this.list()).filter(({ version, alias }) => name === alias || (name.length >= 4 && version.startsWith(name)));
    return found.length === 1 ? found[0]! : null;
  }

  async log(): Promise<LogEntry[]> {
    return [...(await this.#log.look()).entries];
  }

  /** Keeps a model that a training made. It becomes the challenger, or is refused; either changes no champion. */
  async keep(bytes: Uint8Array, { by, verdict, reasons, report, manifest, card }: KeepOptions): Promise<StoredModel> {
    const version = versionOf(bytes);
    const json = (value: unknown) => `${JSON.stringify(value)}\n`;
    const beside = { ...(report !== undefined && { report: json(report) }), ...(manifest !== undefined && { manifest: json(manifest) }), ...(card !== undefined && { card }) };
    await this.#log.write(async () => {
      await this.#files.keep({ version, bytes }, beside);
      await this.#log.append({ action: "keep", version, by, reason: reasons.join(" "), verdict });
      await this.#prune();
    });
    return (await this.find(version))!;
  }

  /** Makes a kept model the champion; nothing is done if it is that. Throws `MGV_MODEL_MISSING` for one that is not kept, and what the check of the registry throws. */
  async promote(version: string, about: About): Promise<StoredModel> {
    return this.#become("promote", about, () => version);
  }

  /** Makes the champion of before the champion again: the same bytes. Once more goes back one further. Throws `MGV_MODEL_MISSING` where none is kept, and what the check throws. */
  async rollback(about: About): Promise<StoredModel> {
    return this.#become("rollback", about, ({ history: { champions }, champion }) => {
      const target = champions.at(-1) === champion?.version ? champions.at(-2) : champions.at(-1);
      if (target !== undefined) return target;
      throw new MangroveError("MGV_MODEL_MISSING", `There is no champion before this one to go back to: the log ${this.#files.log} tells of none.`);
    });
  }

  async #become(to: "promote" | "rollback", { by, reason }: About, choose: (state: State) => string): Promise<StoredModel> {
    const { version, done } = await this.#log.write(async (state) => {
      const version = choose(state);
      const bytes = await this.#files.bytesOf(version);
      if (bytes === null) throw new MangroveError("MGV_MODEL_MISSING", `No model ${version} is kept in ${this.#files.versions}, or its file was changed. See mangrove model list.`);
      this.#check(bytes);
      const from = state.champion?.version ?? null;
      if (version === from) return { version, done: null };
      const backup = state.champion && (await this.#files.backupName());
      const begun = await this.#log.append({ action: "begin", version, by, reason, from, to, backup });
      const done = await this.#log.finish(begun).catch(async (thrown: unknown) => {
        throw await this.#log.giveUp(begun, thrown);
      });
      if (done.action === "abandon") throw new MangroveError("MGV_FILE_WRITE", `Version ${version} did not become the champion: ${done.reason}. See mangrove model list, and try again.`);
      await this.#prune();
      return { version, done };
    });
    if (done) await this.#onChange(done);
    return (await this.find(version))!;
  }

  /** Deletes what is more than is kept; never what an alias names, what is on trial, or a backup that is among the last five. */
  async #prune(): Promise<void> {
    try {
      const { entries, history } = await this.#log.read();
      const { champions, challenger, kept } = history;
      const trial = await readTrialOrder(this.#files.path);
      const past = new Set([...champions.slice(-1 - PAST), ...(challenger === null ? [] : [challenger]), ...(trial ? [basename(trial.path, ".json")] : [])]);
      const others = [...kept.keys()].filter((version) => !past.has(version));
      const gone = others.slice(0, Math.max(0, others.length - OTHERS));
      await this.#files.keepOnly(new Set([...past, ...others.slice(gone.length)]));
      for (const version of gone) await this.#log.append({ action: "forget", version, by: "registry", reason: `${OTHERS} others came later` });
      await this.#files.pruneBackups(entries.flatMap(({ action, backup }) => (action === "begin" && backup ? [backup] : [])));
    } catch {
      // the next one that changes something tries again
    }
  }
}
