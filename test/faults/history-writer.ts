import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { HistoryStore } from "../../engine/history/history-store.ts";
import { tendHistory } from "../../engine/history/tend.ts";
import { history, model, topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { writeWhole } from "../../engine/write-whole.ts";
import { historyOutput } from "../fixtures/history-outputs.ts";
import { smallSchema } from "../fixtures/readings.ts";

/*
 * Writes a history until it is killed, and merges its days all the while: `history-writer.ts FOLDER RUN [COMMITS]`. All is of one day: files of several come into view one after the other. FOLDER/committed says up to which offset
 * readings are committed, as a log would; with COMMITS it ends after so many.
 */

const [folder, run, commits] = process.argv.slice(2) as [string, string, string | undefined];
const directory = join(folder, "history");
const committed = join(folder, "committed");
const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).to(topic("small_predictions"), history());

await using store = await HistoryStore.open({ pipeline: small, directory, run });
const task = store.of(small, { partition: 0, isFenced: true });
let offset = Number(await readFile(committed, "utf8").catch(() => "0"));
await task.recover({ settledOffset: offset, settledEntry: 0, settledBy: null }, null);
const ended = new AbortController();
const tending = tend();
for (let commit = 0; commit < Number(commits ?? Infinity); commit++) {
  const output = historyOutput({ topic: small.readings, from: offset, rows: 50 });
  task.write(output);
  const show = await task.settle();
  offset += output.batch.count;
  await writeWhole(committed, String(offset));
  await show();
}
ended.abort();
await tending;

/** As every day had passed. */
async function tend(): Promise<void> {
  while (!ended.signal.aborted) await tendHistory({ directory, now: () => Date.UTC(2030, 0), retentionDays: null, sizeLimitBytes: null, tell: (sentence) => process.stderr.write(`${sentence}\n`) });
}
