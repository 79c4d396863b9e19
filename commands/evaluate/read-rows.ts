import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { readsReadings } from "../predict/open-input.ts";
import { openTable, type OpenTable } from "../predict/open-table.ts";
import { scoredReadings } from "./scored-readings.ts";
import type { RowsToScore, ScoredRows } from "./scored-rows.ts";
import { scoredTable } from "./scored-table.ts";

/** Reads rows as `predict` does, and labels, times and sensors besides. Throws `MGV_LABEL`, `MGV_CSV_COLUMN`, what `openInput` throws, `MGV_TRAIN_DATA` where no row can be read. */
export async function readRows(options: RowsToScore): Promise<ScoredRows> {
  const { path, file } = options;
  const group = options.group ?? file.card?.group ?? null;
  const own = group === null ? options.own : options.own.groupedBy(group);
  const label = options.label ?? own.schema.label;
  await using table = await openTable(path);
  if (table.pieces.size === null) throw new MangroveError("MGV_FILE_READ", `${path} is a pipe; what is judged is read more than once, so it must be a file.`);
  checkColumns(table, label, options.group);
  const scored = { ...options, table, own, label, group };
  return readsReadings(file, table) ? await scoredReadings(scored) : await scoredTable(scored);
}

/** Keys of JSON may be absent from the first row. */
function checkColumns({ offered: { names, ordered, source } }: OpenTable, label: string, group: string | null): void {
  if (!ordered) return;
  if (!names.includes(label)) throw new MangroveError("MGV_LABEL", `${source} has no column "${label}" to judge by.${didYouMean(label, names)} Name the column of 0 and 1 with --label. The columns are ${names.join(", ")}.`);
  if (group !== null && !names.includes(group)) throw new MangroveError("MGV_CSV_COLUMN", `${source} has no column "${group}" to group by.${didYouMean(group, names)} The columns are ${names.join(", ")}.`);
}
