import { didYouMean } from "../kernel-as/nearest.ts";
import type { FieldError } from "./contract.ts";

/** What a request says that would count for nothing: parameters that there are not, and those of `once` that come several times. */
export function parameterErrors(parameters: Readonly<Record<string, string[]>>, once: readonly string[], several: readonly string[] = []): FieldError[] {
  const names = [...once, ...several];
  return Object.entries(parameters).flatMap(([name, values]) => {
    if (!names.includes(name)) return wrongParameter(name, `There is no parameter ${JSON.stringify(name)}, only ${names.join(", ")}.${didYouMean(name, names)}`);
    return values.length > 1 && once.includes(name) ? wrongParameter(name, `${name} can be given once.`) : [];
  });
}

export function wrongParameter(name: string, detail: string): FieldError {
  return { pointer: `/${name}`, code: "MGV_USAGE", detail };
}
