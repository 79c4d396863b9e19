import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";

/** One `--name` of a command. Without `value` it is a switch. */
export interface Flag {
  readonly name: string;
  /** Other names for the same. */
  readonly aliases?: readonly string[];
  /** What stands for the value in the help, e.g. `FILE`. */
  readonly value?: string;
  /** It may be given several times: the values are one list, as if they stood behind one another with commas. */
  readonly isList?: boolean;
  readonly help: string;
}

/** A word that a command takes beside its flags, e.g. the name of a file. */
interface Operand {
  /** What stands for it in the help, e.g. `FILE`. */
  readonly name: string;
  readonly help: string;
  /** It may be left out, if it is the last. */
  readonly optional?: boolean;
}

export interface Command {
  /** One word, or two for one of several that belong together: `model info`. */
  readonly name: string;
  readonly summary: string;
  /** In the order in which they are given. */
  readonly operands?: readonly Operand[];
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  /**
   * Resolves to the exit code: 0 well, 1 failed. Throws `MangroveError`. `signal` aborts on Ctrl-C, and when the run
   * is over: timers and schedules that hang on it hold no process back.
   */
  run(given: Arguments, signal: AbortSignal): Promise<number>;
}

/** The flags and operands that were given, by name. */
export class Arguments {
  readonly #values: ReadonlyMap<string, string>;
  readonly #operands: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>, operands: ReadonlyMap<string, string> = new Map()) {
    this.#values = values;
    this.#operands = operands;
  }

  /** An operand of the command; it is there unless `--help` is. */
  operand(name: string): string {
    return this.#operands.get(name) ?? "";
  }

  /** An operand that may be left out. */
  optionalOperand(name: string): string | undefined {
    return this.#operands.get(name);
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

  /** Some of the choices, separated by commas, each once. */
  someOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice[] | undefined {
    const given = this.#values.get(name)?.split(",").map((each) => each.trim());
    const unknown = given?.find((each) => !choices.some((choice) => choice === each));
    if (unknown !== undefined) {
      throw new MangroveError("MGV_USAGE", `--${name} must be some of ${choices.join(", ")}, separated by commas, not "${unknown}".${didYouMean(unknown, choices)}`);
    }
    return given && [...new Set(given as Choice[])];
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

/**
 * Reads `--name value`, `--name=value`, switches and operands, in any order; `_` and `-` in names of flags are the same, and after `--` all is
 * operands. Throws `MGV_USAGE`.
 */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const values = new Map<string, string>();
  const found: string[] = [];
  const flags = [...command.flags, HELP];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "-h") word = "--help";
    if (word === "--") {
      found.push(...rest);
      break;
    }
    if (!word.startsWith("-")) {
      found.push(word);
      continue;
    }
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (!match) throw new MangroveError("MGV_USAGE", `${command.name} has no flag ${word}. See --help.`);
    const given = match[1]!.replaceAll("_", "-");
    const flag = flags.find((each) => each.name === given || each.aliases?.includes(given));
    if (!flag) {
      const near = didYouMean(`--${given}`, flags.flatMap((each) => [each.name, ...(each.aliases ?? [])]).map((each) => `--${each}`));
      throw new MangroveError("MGV_USAGE", `${command.name} has no flag --${match[1]!}.${near} See --help.`);
    }
    if (flag.value === undefined && match[2] !== undefined) throw new MangroveError("MGV_USAGE", `--${given} takes no value.`);
    const value = flag.value === undefined ? "true" : (match[2] ?? rest.shift());
    if (value === undefined || (flag.value !== undefined && match[2] === undefined && value.startsWith("--"))) {
      throw new MangroveError("MGV_USAGE", `--${given} needs a value: --${given} ${flag.value}.`);
    }
    const before = values.get(flag.name);
    if (before !== undefined && before !== value && !flag.isList) {
      throw new MangroveError("MGV_USAGE", `--${given} is ${value}, but ${flag.aliases ? `--${flag.name} or another name of it` : "it"} was given as ${before}: give one of them.`);
    }
    values.set(flag.name, before === undefined || !flag.isList ? value : `${before},${value}`);
  }
  return new Arguments(values, values.has("help") ? new Map() : operandsOf(command, found));
}

function operandsOf(command: Command, found: readonly string[]): Map<string, string> {
  const { operands = [] } = command;
  const extra = found[operands.length];
  if (extra !== undefined && operands.length === 0) throw new MangroveError("MGV_USAGE", `${command.name} takes no argument "${extra}", only flags. See --help.`);
  if (extra !== undefined) throw new MangroveError("MGV_USAGE", `${usageOf(command)} takes no "${extra}" after "${found[operands.length - 1]}". See --help.`);
  const lacking = operands[found.length];
  if (lacking && !lacking.optional) throw new MangroveError("MGV_USAGE", `${command.name} needs ${lacking.name}, ${lacking.help}: mangrove ${usageOf(command)}. See --help.`);
  return new Map(found.map((word, i) => [operands[i]!.name, word]));
}

/** `model convert IN OUT` */
export function usageOf({ name, operands = [] }: Pick<Command, "name" | "operands">): string {
  return [name, ...operands.map((operand) => (operand.optional ? `[${operand.name}]` : operand.name))].join(" ");
}

export function helpText(command: Command): string {
  const flags = [...command.flags, HELP].map(({ name, value, help }) => ({ head: `--${name}${value === undefined ? "" : ` ${value}`}`, help }));
  const operands = (command.operands ?? []).map(({ name, help }) => ({ head: name, help }));
  const width = Math.max(...[...operands, ...flags].map(({ head }) => head.length)) + 2;
  const lines = [...operands, ...flags].map(({ head, help }) => `  ${head.padEnd(width)}${help}`);
  return [`mangrove ${usageOf(command)}: ${command.summary}`, "", ...lines, "", "Examples:", ...command.examples.map((each) => `  ${each}`), ""].join("\n");
}
