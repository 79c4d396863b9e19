import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { plainEnvironment, projectRoot, runtimes, type RuntimeName } from "../fixtures/runtimes.ts";

export interface MembersOptions {
  /** Where they work and write their logs. */
  readonly folder: string;
  /** Of each member by its number, again and again: several runtimes make one mixed group. */
  readonly runtimes: readonly RuntimeName[];
  /** Of `mangrove`. */
  readonly wordsOf: (member: string) => readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Stands in a log before what a process says. */
const STARTED = "── started";

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

  start(name: string): void {
    const { folder, runtimes: among, wordsOf, environment } = this.#options;
    const runtime = among[(Number(name.slice(1)) - 1) % among.length]!;
    const [command, ...before] = runtimes[runtime];
    const log = openSync(this.#log(name), "a");
    writeSync(log, `${STARTED} on ${runtime}\n`);
    const child = spawn(command, [...before, join(projectRoot, "mangrove.ts"), ...wordsOf(name)], { cwd: folder, env: { ...plainEnvironment(), ...environment }, stdio: ["ignore", log, log] });
    closeSync(log);
    const ended = new Promise<void>((resolve) => {
      child.once("error", (thrown) => ((member.end = String(thrown)), resolve()));
      child.once("close", (code, signal) => ((member.end = signal ?? `code ${code}`), resolve()));
    });
    const member: Member = { child, end: null, ended };
    this.#members.set(name, member);
  }

  /** What it has said since it was started last. */
  async said(name: string): Promise<string> {
    const text = await readFile(this.#log(name), "utf8");
    return text.slice(text.lastIndexOf(STARTED));
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const member = this.#members.get(name);
    if (member?.end === null) member.child.kill(signal);
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
