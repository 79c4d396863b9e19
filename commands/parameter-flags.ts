import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { parameterFromText, parameterTable } from "../trainer/parameters.ts";
import type { Arguments, Flag } from "./command.ts";
import { shellWord } from "./shell-word.ts";

const flagOf = (name: string) => name.replaceAll("_", "-");

/** Flags for the parameters of a training but these, by all of their names. */
export function parameterFlags(...without: readonly string[]): readonly Flag[] {
  const flags = parameterTable.filter(({ name }) => !without.includes(name));
  return flags.map(({ name, aliases, value, help }) => {
    const otherwise = defaultParameters[name];
    return { name: flagOf(name), aliases: aliases.map(flagOf), value, help: otherwise === null ? help : `${help} (${String(otherwise)})` };
  });
}

/** The parameters that were given by those flags. */
export function givenParameters(given: Arguments, flags: readonly Flag[]): Record<string, unknown> {
  const known = parameterTable.filter(({ name }) => flags.some((flag) => flag.name === flagOf(name)));
  return Object.fromEntries(
    known.flatMap(({ name }) => {
      const text = given.text(flagOf(name));
      return text === undefined ? [] : [[name, parameterFromText(name, text)]];
    }),
  );
}

/** Parameters as flags of `train` in a shell, those that are no default. */
export function asFlags(parameters: TrainingParameters): string {
  const changed = Object.entries<unknown>({ ...parameters }).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaultParameters[name as keyof typeof defaultParameters]));
  return changed.map(([name, value]) => `--${flagOf(name)} ${shellWord(typeof value === "string" ? value : JSON.stringify(value))}`).join(" ");
}

/** Null for a text that is no JSON object. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
