import { extname } from "node:path";
import { MangroveError } from "../../errors.ts";
import type { ModelFormat } from "./format.ts";
import { formats } from "./formats.ts";

/** The format in which a model is written to `path`, by its extension. Throws `MGV_USAGE`. */
export function formatForPath(path: string): ModelFormat {
  const extension = extname(path).toLowerCase();
  const writable = formats.filter(({ write }) => write !== null);
  const format = writable.find(({ extensions }) => extensions.includes(extension));
  if (format) return format;
  const known = writable.map(({ extensions, title }) => `${extensions[0]!} (${title})`).join(", ");
  throw new MangroveError("MGV_USAGE", `The extension of ${path} names no model format that can be written; there are ${known}.`);
}
