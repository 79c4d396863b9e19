import { MangroveError } from "../../kernel-as/errors.ts";
import { cellsOf } from "../cells.ts";
import type { Result } from "../measure.ts";
import { streamsTable } from "../streams/table.ts";
import { isResult, isStreams } from "./kept.ts";
import { shortCommit } from "./short-commit.ts";

/** A result as Markdown; null for one that the document has no form for, and for one of a single runtime or without peers, which would take a whole one's place. */
function partOf(result: unknown): { name: string; text: string } | null {
  if (isStreams(result)) return { name: "streams", text: `${headOf(result)}\n\n${streamsTable(result)}` };
  return isResult(result) && result.isWhole ? { name: result.bench, text: `${headOf(result)}\n\n${markdownTable(result)}` } : null;
}

/**
 * The document with each part between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` made anew of the result of that name. All else stays as it is, parts without a result too. Throws `MGV_USAGE` where a marker of a result is missing, or a part
 * is not closed.
 */
export function documented(document: string, results: readonly unknown[]): string {
  return results.reduce<string>((text, result) => {
    const part = partOf(result);
    return part === null ? text : replaced(text, part);
  }, document);
}

function replaced(document: string, { name, text }: { name: string; text: string }): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from === -1 || to < from) throw new MangroveError("MGV_USAGE", `The document has no place for ${name}: put ${open} and ${close} on lines of their own where its table belongs.`);
  if (document.includes(open, from + 1)) throw new MangroveError("MGV_USAGE", `The document has two places for ${name}: leave ${open} in one of them.`);
  return `${document.slice(0, from + open.length)}\n${text.trimEnd()}\n${document.slice(to)}`;
}

interface Run {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly load: number };
  readonly date: string;
  readonly commit: string | null;
}

function headOf({ machine, date, commit }: Run): string {
  return `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; ${date.slice(0, 10)}, commit ${shortCommit(commit)}.`;
}

function markdownTable(result: Result): string {
  const { head, body } = cellsOf(result);
  const table = [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
  const { absent, runs } = result;
  return [...table, "", `Medians of ${runs}.${absent.length > 0 ? ` Absent: ${absent.map(({ name }) => name).join(", ")}.` : ""}`].join("\n");
}
