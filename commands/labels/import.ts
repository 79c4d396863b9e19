import { splitCsv } from "../../engine/decode/csv.ts";
import { cellValue } from "../../engine/decode/rows.ts";
import { readTableLines } from "../../engine/source/table-lines.ts";
import type { GivenLabel } from "../../engine/labels/label.ts";
import { readLabel } from "../../engine/labels/read-label.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import type { Command } from "../command.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { openRuntime } from "../runtime.ts";
import { APP_ID } from "../source.ts";
import { counted, tell } from "../terminal.ts";
import { historyFlag } from "./add.ts";
import { openLabelKeeper } from "./keeper.ts";

const COLUMNS = ["sensor", "from", "to", "label", "who"] as const;

/** Labels that are kept together: a file of the history, or requests to the broker. */
const TOGETHER = 10_000;

export const importLabelsCommand: Command = {
  name: "labels import",
  summary: "takes the labels of a CSV with the columns sensor, from, to, label and who: all, or none where a row is wrong",
  operands: [{ name: "FILE", help: "the CSV" }, PIPELINE],
  flags: [historyFlag, APP_ID],
  examples: ["npm run -s mangrove -- labels import labels.csv", "npm run -s mangrove -- labels import labels.csv freezers.ts"],
  async run(given) {
    const runtime = await openRuntime(given);
    const labels = await labelsOfCsv(given.operand("FILE"), runtime.pipeline.schema);
    await using keeper = openLabelKeeper(given, runtime, { isKafka: runtime.config.kafkaServers.length > 0, now: Date.now });
    for (let at = 0; at < labels.length; at += TOGETHER) await keeper.keep(labels.slice(at, at + TOGETHER));
    tell(`${counted(labels.length, "label")} in ${keeper.where}`);
    return 0;
  },
};

/** Later rows are later words. Throws `MGV_CSV_COLUMN`, and `MGV_CSV_ROW` with the first line that is wrong, and how many are. */
async function labelsOfCsv(path: string, schema: Schema): Promise<GivenLabel[]> {
  const text = new TextDecoder();
  const labels: GivenLabel[] = [];
  const wrong: string[] = [];
  let places: number[] | null = null;
  let line = 0;
  for await (const bytes of readTableLines(path)) {
    line++;
    const cells = splitCsv(text.decode(bytes).replace(/^\uFEFF/, ""));
    if (places === null) {
      places = placesOf(path, cells);
      continue;
    }
    const [sensor, from, to, label, who] = places.map((place) => cells[place] ?? "") as [string, string, string, string, string];
    const read = readLabel(schema, { sensor, from: cellValue(from), to: cellValue(to), label: cellValue(label), who });
    if ("sensor" in read) labels.push(read);
    else wrong.push(`line ${line}: ${read.map(({ detail }) => detail).join("; ")}`);
  }
  if (wrong.length === 0) return labels;
  throw new MangroveError("MGV_CSV_ROW", `${path}, ${wrong[0]}.${wrong.length > 1 ? ` ${wrong.length} rows are wrong.` : ""} No label was taken: mend the file, and import it again.`);
}

function placesOf(path: string, header: readonly string[]): number[] {
  const lacking = COLUMNS.filter((name) => !header.includes(name));
  if (lacking.length > 0) throw new MangroveError("MGV_CSV_COLUMN", `${path} has no column ${lacking.join(", ")}. Labels need ${COLUMNS.join(", ")}; the columns are ${header.join(", ")}.`);
  return COLUMNS.map((name) => header.indexOf(name));
}
