import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { plainEnvironment, projectRoot, runtimes, type RuntimeName } from "../fixtures/runtimes.ts";

export interface MembersOptions {
  /** Where they work and write their logs. */
  readonly folder: string;
  /** Of each member by its number, again and again: several runtimes make one mixed group. */
  readonly runtimes: readonly RuntimeName[];
  /** Of `mangrove`, asked anew for each start. */
  readonly wordsOf: (member: string) => readonly string[];
  readonly environmentOf: (member: string) => Readonly<Record<string, string>>;
}

/** Stands in a log before what a process says. */
const STARTED = "── started";

/** A file that becomes too large is an error then, as on a full disk, and no signal that ends the process: as Node and Bun have it by themselves. */
const withoutSizeSignal = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"];

interface Member {
  readonly child: ChildProcess;
  /** How it ended; null while it runs. */
  end: string | null;
  readonly ended: Promise<void>;
}

/** The engines of one group, each a process of its own. Disposing kills those that still run, stopped ones too. */
export class Members implements AsyncDisposable {
  readonly #options: MembersOptions;
  readonly #members = new Map<string, Member>();
  readonly #killAll = () => this.#members.forEach((_, name) => this.signal(name, "SIGKILL"));

  constructor(options: MembersOptions) {
    this.#options = options;
    process.once("exit", this.#killAll);
  }

  /** Those that run, with their process ids. */
  get running(): ReadonlyMap<string, number> {
    return new Map([...this.#members].filter(([, { end }]) => end === null).map(([name, { child }]) => [name, child.pid!]));
  }

  /** `further`: words of this start alone. */
  start(name: string, further: readonly string[] = []): void {
    const { folder, runtimes: among, wordsOf, environmentOf } = this.#options;
    const runtime = among[(Number(name.slice(1)) - 1) % among.length]!;
    const [command, ...words] = [...withoutSizeSignal, ...runtimes[runtime], join(projectRoot, "test/faults/member.ts"), ...wordsOf(name), ...further];
    // over pipes: a limit for the size of its files is none for its log
    appendFileSync(this.#log(name), `${STARTED} on ${runtime}\n`);
    const log = createWriteStream(this.#log(name), { flags: "a" });
    const child = spawn(command!, words, { cwd: folder, env: { ...plainEnvironment(runtime), ...environmentOf(name) }, stdio: ["ignore", "pipe", "pipe"] });
    for (const said of [child.stdout, child.stderr]) said.pipe(log, { end: false });
    const ended = new Promise<void>((resolve) => {
      const end = (how: string) => log.end(() => ((member.end = how), resolve()));
      child.once("error", (thrown) => end(String(thrown)));
      child.once("close", (code, signal) => end(signal ?? `code ${code}`));
    });
    const member: Member = { child, end: null, ended };
    this.#members.set(name, member);
  }

  /** Process ids of those that it has started itself, as with `--workers`. */
  workers(name: string): number[] {
    return childrenOf(this.#members.get(name)!.child.pid!);
  }

  /** What it has said since it was started last. */
  async said(name: string): Promise<string> {
    const text = await readFile(this.#log(name), "utf8");
    return text.slice(text.lastIndexOf(STARTED));
  }

  /** Gives what it has said since now, when it is asked. */
  async listen(name: string): Promise<() => Promise<string>> {
    const before = (await this.said(name)).length;
    return async () => (await this.said(name)).slice(before);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const member = this.#members.get(name);
    if (member?.end !== null) return;
    // its workers would go on by themselves
    const workers = signal === "SIGKILL" ? this.workers(name) : [];
    member.child.kill(signal);
    for (const pid of workers) kill(pid);
  }

  /** Kills, or asks it to drain and end; resolves to how it ended: `code 0`, `SIGKILL`. */
  async end(name: string, signal: "SIGKILL" | "SIGTERM"): Promise<string> {
    const member = this.#members.get(name)!;
    this.signal(name, signal);
    await member.ended;
    this.#members.delete(name);
    return member.end!;
  }

  /** Takes those off the list that have ended by themselves. */
  takeEnded(): { readonly name: string; readonly end: string }[] {
    const ended = [...this.#members].flatMap(([name, { end }]) => (end === null ? [] : [{ name, end }]));
    for (const { name } of ended) this.#members.delete(name);
    return ended;
  }

  /** How often something was said by all that ever ran under these names. */
  async count(names: Iterable<string>, pattern: RegExp): Promise<number> {
    const texts = await Promise.all(Array.from(names, (name) => readFile(this.#log(name), "utf8").catch(() => "")));
    return texts.reduce((sum, text) => sum + text.matchAll(pattern).toArray().length, 0);
  }

  /** The last lines of the logs of all that ever ran under these names, without those for people at home: alerts. */
  async logs(names: Iterable<string>, lines = 90): Promise<string> {
    const logs = Array.from(names, async (name) => {
      const text = await readFile(this.#log(name), "utf8").catch(() => "");
      const told = text.trimEnd().split("\n").filter((line) => !line.startsWith("ALERT"));
      return `${name}:\n${told.slice(-lines).join("\n")}`;
    });
    return (await Promise.all(logs)).join("\n\n");
  }

  #log(name: string): string {
    return join(this.#options.folder, `${name}.log`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("exit", this.#killAll);
    this.#killAll();
    await Promise.all([...this.#members.values()].map(({ ended }) => ended));
  }
}

/** Unless it is gone already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}

function childrenOf(pid: number): number[] {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).trim().split("\n").map(Number);
  } catch {
    return []; // it has none
  }
}
