import { rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { openDatabase } from "../engine/history/database.ts";
import { literal, quoted } from "../engine/history/sql.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Dataset } from "../trainer/dataset.ts";
import type { Command } from "./command.ts";
import { lastDaysOf } from "./history-input.ts";
import { historyDirectoryOf } from "./history-store.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { counted, tell } from "./terminal.ts";
import { openTrainingInput, readTrainingInput } from "./training-input.ts";

const formats: Readonly<Record<string, string>> = { ".parquet": "FORMAT parquet, COMPRESSION zstd", ".csv": "FORMAT csv, HEADER" };

export const featuresCommand: Command = {
  name: "features",
  summary: "writes what a model learns from as a table, for training that happens elsewhere: the features of every labelled reading",
  operands: [PIPELINE],
  flags: [
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines, instead of the history" },
    { name: "history", value: "DIR", help: "the stored readings and labels (MANGROVE_HISTORY_DIR, else history)" },
    { name: "days", value: "N", help: "of the history the last N days before its newest reading (all)" },
    { name: "out", value: "FILE", help: "FILE.parquet or FILE.csv: sensor, event_time, label, then the features in the model's order, f32, NULL where missing" },
  ],
  examples: ["npm run -s mangrove -- features --out features.parquet", "npm run -s mangrove -- features --history history --days 30 --out features.parquet", "npm run -s mangrove -- features --data recording.csv --out features.csv"],
  async run(given, signal) {
    const out = given.text("out");
    const format = formats[extname(out ?? "")];
    if (out === undefined || format === undefined) throw new MangroveError("MGV_USAGE", "features needs --out FILE.parquet or --out FILE.csv.");
    const runtime = await openRuntime(given);
    const { kernel, pipeline, pipelineFile } = runtime;
    const data = given.text("data") ?? null;
    if (data !== null && (given.has("history") || given.has("days"))) throw new MangroveError("MGV_USAGE", "--data and --history are two places to read from: name one of them.");
    const history = data === null ? { directory: historyDirectoryOf(given, runtime), last: lastDaysOf(given), query: null } : null;
    await using input = await openTrainingInput({ pipeline, pipelineFile, Simulation: null, dataset: data, history });
    const { dataset } = await readTrainingInput(kernel, input, signal);
    await write(dataset, out, format);
    tell(`${counted(dataset.rows, "labelled reading")} with ${dataset.featureNames.length} features in ${out}`);
    return 0;
  },
};

/** The file is there whole, or as it was before. */
async function write(dataset: Dataset, out: string, format: string): Promise<void> {
  const { rows, features, featureNames, labels, timesMs, recordingOf, recordings } = dataset;
  const width = featureNames.length;
  const taken = featureNames.find((name) => ["sensor", "event_time", "label"].includes(name.toLowerCase()));
  if (taken !== undefined) throw new MangroveError("MGV_USAGE", `A feature is called "${taken}", as a column of the table is: rename the field in the schema.`);
  const columns = [
    { name: "sensor", parts: [Uint32Array.from(recordingOf)], texts: recordings },
    { name: "event_time", parts: [timesMs] },
    { name: "label", parts: [Float64Array.from(labels)] },
    ...featureNames.map((name, column) => ({ name, parts: [Float64Array.from({ length: rows }, (_, row) => features[row * width + column]!)] })),
  ];
  const values = ["sensor", "epoch_ms(CAST(event_time AS BIGINT)) AS event_time", "CAST(label AS TINYINT) AS label", ...featureNames.map((name) => `CAST(${quoted(name)} AS FLOAT) AS ${quoted(name)}`)];
  const database = await openDatabase();
  const pending = `${out}.pending`;
  try {
    using table = database.arrays.open(columns);
    await database.connections[0]!.run(`COPY (SELECT ${values.join(", ")} FROM (${table.sql})) TO ${literal(pending)} (${format})`);
    await rename(pending, out);
  } catch (cause) {
    await rm(pending, { force: true });
    throw new MangroveError("MGV_FILE_WRITE", `The features cannot be written to ${out}: ${(cause as Error).message}`, { cause });
  } finally {
    database.close();
  }
}
