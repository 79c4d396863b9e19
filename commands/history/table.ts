import { textOf } from "../../engine/history/values.ts";
import { printable, tell } from "../terminal.ts";
import type { Output } from "../standard-output.ts";
import type { ResultWriter, Rows } from "./result-writer.ts";

/** A column is not made narrower than this. */
const NARROWEST = 8;

/** An aligned table, numbers to the right, of the first `limit` rows; texts are cut where it would be wider than `width`. */
export function tableWriter(output: Output, { limit, width }: { limit: number; width: number }): ResultWriter {
  let columns: readonly string[] = [];
  const kept: Rows[number][] = [];
  let isCut = false;
  return {
    take: async (names, rows) => {
      columns = names;
      const room = limit - kept.length;
      kept.push(...rows.slice(0, room));
      isCut ||= rows.length > room;
      return !isCut;
    },
    end: async () => {
      const cells = kept.map((row) => row.map((value) => printable(textOf(value) ?? "NULL")));
      const areNumbers = columns.map((_, i) => kept.every((row) => isNumber(row[i]!)) && kept.some((row) => row[i] !== null));
      const widths = fitting(columns.map((name, i) => Math.max(length(printable(name)), ...cells.map((row) => length(row[i]!)))), width);
      const line = (texts: readonly string[]) => `${texts.map((text, i) => aligned(cut(text, widths[i]!), widths[i]!, areNumbers[i]!)).join("  ").trimEnd()}\n`;
      const heads = [columns.map(printable), widths.map((each) => "─".repeat(each))];
      await output.write([...heads, ...cells].map(line).join(""));
      tell(isCut ? `the first ${kept.length} rows: --csv and --json give all` : `${kept.length} ${kept.length === 1 ? "row" : "rows"}`);
    },
  };
}

function isNumber(value: Rows[number][number]): boolean {
  return value === null || typeof value === "number" || typeof value === "bigint" || (typeof value === "object" && "toDouble" in value);
}

/** The widest columns give way first. */
function fitting(widths: number[], width: number): number[] {
  const fitted = [...widths];
  const total = () => fitted.reduce((sum, each) => sum + each + 2, -2);
  while (total() > width) {
    const widest = Math.max(...fitted);
    if (widest <= NARROWEST) break;
    fitted[fitted.indexOf(widest)] = widest - 1;
  }
  return fitted;
}

const length = (text: string) => Array.from(text).length;

function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}

function aligned(text: string, width: number, isRight: boolean): string {
  const space = " ".repeat(width - length(text));
  return isRight ? space + text : text + space;
}
