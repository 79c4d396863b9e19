import { MangroveError } from "../../../errors.ts";

/** Names of numbers that XGBoost writes and JSON has not, and what stands for them. A null among floats is read as NaN. */
const standIns = [
  ["-Infinity", "-1e999"],
  ["Infinity", "1e999"],
  ["NaN", "null"],
] as const;

/** The value of XGBoost's JSON. Throws `MGV_MODEL_FORMAT`. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MangroveError("MGV_MODEL_FORMAT", "The model file begins as JSON but is not UTF-8 text.", { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const plain = withoutNames(text);
    if (plain === text) throw notJson(text, cause);
    try {
      return JSON.parse(plain);
    } catch (again) {
      throw notJson(text, again);
    }
  }
}

/** Runtimes name the place in ways of their own; a file that is cut short ends there. */
function notJson(text: string, cause: unknown): MangroveError {
  const fault = /\}\s*$/.test(text.slice(-100)) ? "something in it is damaged" : `it is cut short after ${text.length} characters`;
  return new MangroveError("MGV_MODEL_FORMAT", `The model file is not JSON: ${fault}. Train again, or restore a backup.`, { cause });
}

/** The text with the names of numbers replaced outside of strings. One pass. */
function withoutNames(text: string): string {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const quote = text.indexOf('"', from);
    const end = quote === -1 ? text.length : quote;
    parts.push(standIns.reduce((between, [name, standIn]) => between.replaceAll(name, standIn), text.slice(from, end)));
    from = quote === -1 ? end : endOfString(text, quote);
    parts.push(text.slice(end, from));
  }
  return parts.join("");
}

/** Behind the quote that closes the string that opens at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at++;
    else if (unit === 0x22) return at + 1;
  }
  return text.length;
}
