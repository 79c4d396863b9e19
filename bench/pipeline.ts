import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { featureNames } from "../engine/features/features.ts";
import { ModelStore } from "../engine/model/model-store.ts";
import { Metrics } from "../engine/monitoring/metrics.ts";
import { runEngine } from "../engine/runtime/engine.ts";
import { JsonLinesSink } from "../engine/sink/json-lines.ts";
import { MemorySink } from "../engine/sink/memory.ts";
import type { Sink } from "../engine/sink/sink.ts";
import { MemorySource } from "../engine/source/memory.ts";
import { simulatedReadings } from "../engine/source/simulator.ts";
import type { RecordBatch } from "../engine/source/source.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import { history, hopping, model, pipeline, topic, trailing } from "../engine/index.ts";
import { smokeSchema } from "../pipelines/smoke-schema.ts";
import { smokeStatistics } from "../pipelines/smoke-statistics.ts";
import { timed, type Bench, type Sample } from "./bench.ts";
import { plainPipeline, type PlainPrediction } from "./plain.ts";
import { trainSmoke } from "./smoke-model.ts";
import { RunningSums, SumsAnew } from "./plain-windows.ts";

const SENSORS = 100;

/** The smoke pipeline with the trailing features that plain TypeScript computes too: how far each value is from its mean. */
const smoke = pipeline("smoke")
  .from(topic("smoke_sensor_data"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s", idleAfter: "30s" })
  .branch(smokeStatistics(hopping("5m", "1m")))
  .features(trailing("1m", "5m"))
  .score(model("smoke"))
  .alert({ of: "fire", above: "threshold", holdOff: "5m", to: topic("smoke_alerts") })
  .to(topic("smoke_predictions"), history());

/** Records in memory to outputs, in one process and at full speed. */
export function pipelineBench(quick: boolean): Bench {
  const readings = quick ? 10_000 : 200_000;
  return {
    name: "pipeline",
    title: `${readings.toLocaleString("en")} JSON messages of ${SENSORS} simulated sensors through the smoke pipeline with 36 features, in process`,
    notes: [
      "From a source in memory to outputs flushed and offsets committed. MemorySink keeps outputs; HistorySink writes Parquet (DuckDB, on two threads of its own); JsonLinesSink writes JSON.",
      "plain TypeScript: JSON.parse, arrays, trees of objects; no validation, dead letters, alerts, metrics or files, so compare it with MemorySink.",
      "It sums windows anew for each reading, as the kernel does (margins bit-equal), or keeps running sums (the same label on 99.9 % of readings at least).",
    ],
    unit: "readings/s",
    figure: (ms) => readings / (ms / 1000),
    peers: [],
    prepare: async (folder) => writeFile(join(folder, "model.json"), await trainSmoke({}, smoke)),
    async open(folder) {
      const kernel = await loadKernel();
      const path = join(folder, "model.json");
      const models = new ModelStore({ kernel, pipeline: smoke, path, now: Date.now });
      await models.refresh();
      const batches = await messages(readings);
      const forest = xgboostJson.read(await readFile(path));
      const names = featureNames({ schema: smoke.schema, spansMs: [] });
      const anew = plainPipeline(forest, names, () => new SumsAnew(smoke.spansMs));
      const running = plainPipeline(forest, names, () => new RunningSums(smoke.spansMs, names.length));

      const engine = (sink: Sink) => timed(() => engineRun(kernel, models, batches, sink));
      const memory = new MemorySink();
      await engine(memory);
      mustAgree(memory, anew(batches), running(batches));

      /** A run into files of its own, which are removed after it. */
      const filed = async (kind: string, open: (directory: string) => Promise<Sink>): Promise<Sample> => {
        const directory = join(folder, `${kind}-${process.pid}`);
        try {
          await using sink = await open(directory);
          return { ms: (await engine(sink)).ms };
        } finally {
          await rm(directory, { recursive: true, force: true });
        }
      };
      // DuckDB is loaded where it is timed: other benches tell their process's memory
      const { HistorySink } = await import("../engine/history/history-sink.ts");
      return [
        { name: "engine to MemorySink", peer: false, run: () => engine(new MemorySink()) },
        { name: "plain TypeScript, sums anew", peer: true, run: () => timed(() => anew(batches)) },
        { name: "plain TypeScript, running sums", peer: true, run: () => timed(() => running(batches)) },
        { name: "engine to HistorySink", peer: false, run: () => filed("history", (directory) => HistorySink.open({ pipeline: smoke, directory, run: "bench" })) },
        { name: "engine to JsonLinesSink", peer: false, run: () => filed("lines", (directory) => JsonLinesSink.open(smoke, directory)) },
      ];
    },
  };
}

async function messages(count: number): Promise<RecordBatch[]> {
  const source = simulatedReadings({ sensors: SENSORS, durationMs: (count / SENSORS) * 1000 });
  const batches: RecordBatch[] = [];
  for await (const { records } of source.read(new AbortController().signal)) batches.push(records);
  return batches;
}

async function engineRun(kernel: Kernel, models: ModelStore, batches: readonly RecordBatch[], sink: Sink): Promise<void> {
  await runEngine({
    kernel,
    pipeline: smoke,
    source: new MemorySource(smoke.readings, batches),
    sinks: [sink],
    models,
    metrics: new Metrics(),
    signal: new AbortController().signal,
  });
}

function mustAgree(engine: MemorySink, anew: readonly PlainPrediction[], running: readonly PlainPrediction[]): void {
  const margins = engine.outputs.flatMap(({ scores }) => [...(scores?.margins ?? [])]);
  const odd = margins.findIndex((margin, i) => margin !== anew[i]?.margin);
  if (odd !== -1 || margins.length !== anew.length) {
    throw new MangroveError("MGV_INTERNAL", `Engine and plain TypeScript differ: reading ${odd} has margin ${margins[odd]} and ${anew[odd]?.margin}. Nothing was timed.`);
  }
  const apart = anew.filter(({ fire }, i) => fire !== running[i]?.fire).length;
  if (apart > anew.length / 1000) throw new MangroveError("MGV_INTERNAL", `Running sums give another label to ${apart} of ${anew.length} readings. Nothing was timed.`);
}
