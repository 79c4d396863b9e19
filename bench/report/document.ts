import { MangroveError } from "../../kernel-as/errors.ts";
import { cellsOf } from "../cells.ts";
import { httpTable } from "../http/table.ts";
import { kafkaTable } from "../kafka/table.ts";
import type { Result } from "../measure.ts";
import { pageTable } from "../page/table.ts";
import { streamsTable } from "../streams/table.ts";
import { isHttp, isKafka, isPage, isResult, isStreams } from "./kept.ts";
import { markdownHead, markdownTable } from "./markdown.ts";

interface Part {
  readonly name: string;
  readonly text: string;
}

/** A result as Markdown; null for one that the document has no form for, and for one of some parts, of a single runtime or without peers, which would take a whole one's place. */
function partOf(result: unknown): Part | null {
  const part = (name: string, of: Parameters<typeof markdownHead>[0], text: string): Part => ({ name, text: `${markdownHead(of)}\n\n${text}` });
  if (isPage(result)) return part("page", result, pageTable(result));
  if (isStreams(result)) return result.isWhole ? part("streams", result, streamsTable(result)) : null;
  if (isKafka(result)) return result.isWhole ? part("kafka", result, kafkaTable(result)) : null;
  if (isHttp(result)) return result.isWhole ? part("http", result, httpTable(result)) : null;
  return isResult(result) && result.isWhole ? part(result.bench, result, resultTable(result)) : null;
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

function replaced(document: string, { name, text }: Part): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from === -1 || to < from) throw new MangroveError("MGV_USAGE", `The document has no place for ${name}: put ${open} and ${close} on lines of their own where its table belongs.`);
  if (document.includes(open, from + 1)) throw new MangroveError("MGV_USAGE", `The document has two places for ${name}: leave ${open} in one of them.`);
  return `${document.slice(0, from + open.length)}\n${text.trimEnd()}\n${document.slice(to)}`;
}

function resultTable(result: Result): string {
  const { head, body } = cellsOf(result);
  const { absent, runs } = result;
  return [markdownTable(head, body), "", `Medians of ${runs}.${absent.length > 0 ? ` Absent: ${absent.map(({ name }) => name).join(", ")}.` : ""}`].join("\n");
}
