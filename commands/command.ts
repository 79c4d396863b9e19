import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";

/** One `--name` of a command. Without `value` it is a switch. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in the help, e.g. `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  /**
   * Resolves to the exit code: 0 well, 1 failed. Throws `MangroveError`. `signal` aborts on Ctrl-C, and when the run
   * is over: timers and schedules that hang on it hold no process back.
   */
  run(given: Arguments, signal: AbortSignal): Promise<number>;
}

/** The flags that were given, by name. */
export class Arguments {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const given = this.#values.get(name);
    if (given === undefined) return undefined;
    const choice = choices.find((each) => each === given);
    if (choice !== undefined) return choice;
    throw new MangroveError("MGV_USAGE", `--${name} must be ${choices.join(" or ")}, not "${given}".${didYouMean(given, choices)}`);
  }

  number(name: string, range: { min: number; max?: number; whole?: boolean }): number | undefined {
    const given = this.#values.get(name);
    if (given === undefined) return undefined;
    const { min, max = Infinity, whole = false } = range;
    const value = Number(given);
    if (given.trim() !== "" && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    const upTo = max === Infinity ? `${min} or more` : `from ${min} to ${max}`;
    throw new MangroveError("MGV_USAGE", `--${name} must be a ${whole ? "whole " : ""}number, ${upTo}, not "${given}".`);
  }
}

const HELP: Flag = { name: "help", help: "this text" };

/** Reads `--name value`, `--name=value` and switches; `_` and `-` in names are the same. Throws `MGV_USAGE`. */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const values = new Map<string, string>();
  const flags = [...command.flags, HELP];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "-h") word = "--help";
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (!match) throw new MangroveError("MGV_USAGE", `${command.name} takes no argument "${word}", only flags. See --help.`);
    const name = match[1]!.replaceAll("_", "-");
    const flag = flags.find((each) => each.name === name);
    if (!flag) {
      const near = didYouMean(`--${name}`, flags.map((each) => `--${each.name}`));
      throw new MangroveError("MGV_USAGE", `${command.name} has no flag --${match[1]!}.${near} See --help.`);
    }
    if (flag.value === undefined && match[2] !== undefined) throw new MangroveError("MGV_USAGE", `--${name} takes no value.`);
    const value = flag.value === undefined ? "true" : (match[2] ?? rest.shift());
    if (value === undefined || (flag.value !== undefined && match[2] === undefined && value.startsWith("--"))) {
      throw new MangroveError("MGV_USAGE", `--${name} needs a value: --${name} ${flag.value}.`);
    }
    values.set(name, value);
  }
  return new Arguments(values);
}

export function helpText(command: Command): string {
  const heads = [...command.flags, HELP].map((flag) => `--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`);
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  const lines = [...command.flags, HELP].map((flag, i) => `  ${heads[i]!.padEnd(width)}${flag.help}`);
  return [`mangrove ${command.name}: ${command.summary}`, "", ...lines, "", "Examples:", ...command.examples.map((each) => `  ${each}`), ""].join("\n");
}
