import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DuckDBInstance, DuckDBTimestampValue, type DuckDBAppender, type DuckDBConnection } from "@duckdb/node-api";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { alertLevels } from "../engine/task/alerts.ts";
import type { TaskOutput } from "../engine/task/output.ts";

/** The history as most would write it: an appender and a call for each value. Each segment is a file of each kind, of one date. */
export class RowHistory implements AsyncDisposable {
  readonly #directory: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  static async open(pipeline: Pipeline, directory: string): Promise<RowHistory> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
    const connection = await instance.connect();
    const keys = `sensor VARCHAR, event_time TIMESTAMP, topic VARCHAR, "partition" INTEGER, "offset" BIGINT`;
    const fields = pipeline.schema.fields.map(({ name }) => `"${name}" DOUBLE`).join(", ");
    await connection.run(`CREATE TABLE readings (${keys}, append_time TIMESTAMP, ${fields}, label TINYINT)`);
    await connection.run(`CREATE TABLE predictions (${keys}, prediction TINYINT, probability DOUBLE, margin DOUBLE, late BOOLEAN, alert_level VARCHAR, model_version VARCHAR)`);
    return new RowHistory(directory, instance, connection);
  }

  private constructor(directory: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#directory = directory;
    this.#instance = instance;
    this.#connection = connection;
  }

  async write(outputs: readonly TaskOutput[], name: string): Promise<void> {
    const readings = await this.#connection.createAppender("readings");
    const predictions = await this.#connection.createAppender("predictions");
    for (const { batch, late, scores } of outputs) {
      const { models, predictions: labels, probabilities, margins, levels } = scores!;
      for (let row = 0; row < batch.count; row++) {
        this.#keys(readings, batch, row);
        appendTime(readings, batch.appendTimesMs[row]!);
        for (const column of batch.columns) appendNumber(readings, column[row]!);
        if (Number.isNaN(batch.labels[row])) readings.appendNull();
        else readings.appendTinyInt(batch.labels[row]!);
        readings.endRow();

        this.#keys(predictions, batch, row);
        predictions.appendTinyInt(labels[row]!);
        predictions.appendDouble(probabilities[row]!);
        predictions.appendDouble(margins[row]!);
        predictions.appendBoolean(late[row] === 1);
        predictions.appendVarchar(alertLevels[levels[row]!]!);
        predictions.appendVarchar(models[0].modelVersion);
        predictions.endRow();
      }
    }
    readings.closeSync();
    predictions.closeSync();
    const date = new Date(outputs[0]!.batch.timesMs[0]!).toISOString().slice(0, 10);
    for (const kind of ["readings", "predictions"]) await this.#copy(kind, join(this.#directory, `kind=${kind}`, `date=${date}`, `${name}.parquet`));
  }

  #keys(appender: DuckDBAppender, { names, sensors, timesMs, topic, partition, offsets }: TaskOutput["batch"], row: number): void {
    appender.appendVarchar(names.of(sensors[row]!));
    appendTime(appender, timesMs[row]!);
    appender.appendVarchar(topic);
    appender.appendInteger(partition);
    appender.appendBigInt(BigInt(offsets[row]!));
  }

  async #copy(table: string, path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await this.#connection.run(`COPY ${table} TO '${path}.pending' (FORMAT parquet, COMPRESSION zstd)`);
    await this.#connection.run(`TRUNCATE ${table}`);
    {
      await using file = await open(`${path}.pending`, "r+");
      await file.sync();
    }
    await rename(`${path}.pending`, path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    return Promise.resolve();
  }
}

function appendTime(appender: DuckDBAppender, timeMs: number): void {
  if (Number.isNaN(timeMs)) appender.appendNull();
  else appender.appendTimestamp(new DuckDBTimestampValue(BigInt(timeMs) * 1000n));
}

function appendNumber(appender: DuckDBAppender, value: number): void {
  if (Number.isNaN(value)) appender.appendNull();
  else appender.appendDouble(value);
}
