import { MangroveError, type ErrorCode } from "./errors.ts";
import { didYouMean } from "./nearest.ts";

/** That nothing but these words is said to `what`, as one that is spelled otherwise would count for nothing. Throws `code`. */
export function mustTake(what: string, options: object, words: readonly string[], code: ErrorCode = "MGV_ARGUMENT"): void {
  const other = Object.keys(options).find((word) => !words.includes(word));
  if (other !== undefined) throw new MangroveError(code, `${what} does not take ${JSON.stringify(other)}.${didYouMean(other, words)} It takes ${words.join(", ")}.`);
}
