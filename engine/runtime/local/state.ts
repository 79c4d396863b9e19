import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { LocalLog } from "../../log/local-log.ts";
import { own } from "../../log/owner.ts";
import { makeFolder } from "../../make-folder.ts";
import type { RecordFormat } from "../../source/source.ts";
import { writeWhole } from "../../write-whole.ts";

/** Where records of the source are in the log, and those that come by HTTP. */
export const SOURCE = 0;
export const POSTED = 1;

/** What a state is begun with, and goes on with alone. */
interface Origin {
  readonly topic: string;
  /** What the source is: as much as decides its records. */
  readonly source: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly format: RecordFormat;
}

export interface LocalStateOptions extends Origin {
  readonly kernel: Kernel;
  readonly directory: string;
  /** Records of the source get the time at which they are appended. */
  readonly isTimed: boolean;
  /** Epoch ms. */
  readonly now: () => number;
}

/** States of other versions are not read. */
const VERSION = 1;

const STATE = "state.json";

/**
 * All that an engine without Kafka keeps, of one process at a time:
 *
 *     DIR/state.json            the version, and what it was begun with
 *         owner.duckdb          locked by the process that has it
 *         log/0/  log/1/        records of the source, and those that came by HTTP
 *         tasks/0/  tasks/1/    their commits, snapshots and models
 *         outputs/              unless there is another place for them
 *         fires.json            those that were lit in the simulation that it keeps
 */
export class LocalState implements AsyncDisposable {
  readonly directory: string;
  readonly log: LocalLog;
  readonly #owner: Disposable;

  /** Throws `MGV_USAGE` where another process has it, or it was begun with something else; `MGV_FILE_READ`, `MGV_FILE_WRITE`. */
  static async open({ kernel, directory, topic, source, format, isTimed, now }: LocalStateOptions): Promise<LocalState> {
    await makeFolder(directory);
    using opened = new DisposableStack();
    const owner = opened.use(await own(directory));
    await begin(directory, { topic, source, format });
    const partitions = [{ format, isTimed }, { format: { kind: "json" } as const, isTimed: true }];
    const log = await LocalLog.open({ kernel, directory: join(directory, "log"), topic, partitions, now });
    opened.move();
    return new LocalState(directory, log, owner);
  }

  private constructor(directory: string, log: LocalLog, owner: Disposable) {
    this.directory = directory;
    this.log = log;
    this.#owner = owner;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.log[Symbol.asyncDispose]();
    this.#owner[Symbol.dispose]();
  }
}

/** Writes down what the state is begun with, or compares it. */
async function begin(directory: string, origin: Origin): Promise<void> {
  const path = join(directory, STATE);
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${cause.message}`, { cause });
  });
  if (text === null) {
    const foreign = (await readdir(directory)).find((name) => !name.startsWith("owner.duckdb") && name !== `${STATE}.pending`);
    if (foreign !== undefined) throw new MangroveError("MGV_USAGE", `${directory} holds ${foreign} and no ${STATE}, so it is no state of an engine: choose a new directory with --state.`);
    return writeWhole(path, `${JSON.stringify({ mangrove: VERSION, ...origin }, null, 2)}\n`);
  }
  const begun = parse(path, text);
  const other = `Choose another directory with --state, or delete ${directory} to begin anew.`;
  if (begun.mangrove !== VERSION) throw new MangroveError("MGV_USAGE", `${directory} is a state of version ${begun.mangrove}, and this is version ${VERSION}. ${other}`);
  if (begun.topic !== origin.topic) throw new MangroveError("MGV_USAGE", `${directory} is the state of the topic ${begun.topic}, and this pipeline reads ${origin.topic}. ${other}`);
  const changed = difference(begun, origin);
  if (changed !== undefined) throw new MangroveError("MGV_USAGE", `${directory} was begun with something else: ${changed}. ${other}`);
}

function parse(path: string, text: string): Origin & { readonly mangrove: number } {
  try {
    return JSON.parse(text) as Origin & { readonly mangrove: number };
  } catch (cause) {
    throw new MangroveError("MGV_FILE_READ", `${path} is damaged: ${(cause as Error).message}. Put it back from a copy, or begin anew with another --state.`, { cause });
  }
}

/** What is another, for people; undefined where nothing is. */
function difference(begun: Origin, origin: Origin): string | undefined {
  const flat = ({ source: { kind, ...settings }, format }: Origin): Record<string, unknown> => ({ source: kind, ...settings, ...(format.kind === "csv" && { header: format.header }) });
  const [was, is] = [flat(begun), flat(origin)];
  const name = Object.keys({ ...was, ...is }).find((each) => JSON.stringify(was[each]) !== JSON.stringify(is[each]));
  return name === undefined ? undefined : `its ${name} was ${JSON.stringify(was[name])}, and is ${JSON.stringify(is[name])}`;
}
