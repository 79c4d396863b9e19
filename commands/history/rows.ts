import { csvHead, csvLines } from "../../engine/history/csv-lines.ts";
import { jsonOf } from "../../engine/history/values.ts";
import type { Output } from "../standard-output.ts";
import type { ResultWriter } from "./result-writer.ts";

/** CSV with a header. */
export function csvWriter(output: Output): ResultWriter {
  let isBegun = false;
  return {
    take: async (columns, rows) => {
      const lines = csvLines(rows);
      if (!isBegun) lines.unshift(csvHead(columns));
      isBegun = true;
      if (lines.length > 0) await output.write(`${lines.join("\n")}\n`);
      return !output.closed;
    },
    end: () => Promise.resolve(),
  };
}

/** An array of objects, one on each line. */
export function jsonWriter(output: Output): ResultWriter {
  let written = 0;
  return {
    take: async (columns, rows) => {
      const lines = rows.map((row) => `${written++ === 0 ? "[" : ","}\n${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, jsonOf(row[i]!)])))}`);
      await output.write(lines.join(""));
      return !output.closed;
    },
    end: () => output.write(written === 0 ? "[]\n" : "\n]\n"),
  };
}
