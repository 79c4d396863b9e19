import { isWindows1252, separatorOf, windows1252, withCommas, type Separator } from "../decode/csv.ts";
import { readLines } from "./lines.ts";

/** The lines of JSON or of a CSV, as {@link readLines} gives them. Of a table whose header is parted by semicolons or tabs, or is no UTF-8, each comes as a CSV in UTF-8 has it. */
export async function* readTableLines(path: string): AsyncGenerator<Uint8Array> {
  const utf8 = new TextEncoder();
  let form: { readonly separator: Separator; readonly isForeign: boolean } | null = null;
  for await (const line of readLines(path)) {
    form ??= { separator: separatorOf(line), isForeign: isWindows1252(line) };
    yield withCommas(form.isForeign ? utf8.encode(windows1252(line)) : line, form.separator);
  }
}
