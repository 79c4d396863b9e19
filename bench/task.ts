import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelStore } from "../engine/model/model-store.ts";
import { history, model, topic } from "../engine/pipeline/endpoint.ts";
import { pipeline, type Pipeline } from "../engine/pipeline/pipeline.ts";
import { Task } from "../engine/task/task.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import smoke from "../pipelines/smoke.ts";
import { smokeSchema } from "../pipelines/smoke-schema.ts";
import type { Bench, Contestant } from "./bench.ts";
import { chartOf } from "./chart.ts";
import { MessageStream } from "./message-stream.ts";
import { trainSmoke } from "./smoke-model.ts";

/** The smoke pipeline without its statistics. */
const plain = pipeline("smoke")
  .from(topic("smoke_sensor_data"), smokeSchema)
  .eventTime("UTC", { maxOutOfOrderness: "10s" })
  .features({ spansMs: smoke.spansMs, trailing: smoke.trailing })
  .score(model("smoke@champion"))
  .alert({ of: "fire" })
  .to(topic("smoke_predictions"), history());

/** Beside the others, and no point of their chart. */
const STATISTICS = "smoke pipeline, 1,000 sensors";

/** Seconds after which trailing spans and windows hold as much as they ever will. */
const FULL_AFTER_S = 320;

/** Bytes of messages to bytes of predictions, in one task on one thread. */
export function taskBench(quick: boolean): Bench {
  const crowds = quick ? [10, 1000] : [10, 100, 1000, 10_000, 100_000];
  const readings = quick ? 20_000 : 500_000;
  return {
    name: "task",
    title: "messages decoded, the smoke pipeline's features of 1 and 5 minutes, 200 trees of depth 6, predictions as JSON",
    notes: [
      "One task on one thread, 1 Hz a sensor, when all windows are full. Bytes of JSON messages to bytes of JSON predictions; every reading is scored.",
      "kB: state in kernel memory for a sensor, trailing features for the most part.",
      "smoke pipeline: with its statistics, so 25 aggregates of 5 minutes every minute besides.",
    ],
    unit: "readings/s",
    figure: (ms) => 1000 / ms, // of one reading
    chart: chartOf,
    peers: [],
    prepare: async (folder) => writeFile(join(folder, "model.json"), await trainSmoke({ rounds: 200, max_depth: 6 })),
    async open(folder) {
      const contestants: Contestant[] = [];
      for (const sensors of crowds) contestants.push(await taskContestant(folder, { pipeline: plain, name: `${sensors.toLocaleString("en")} sensors`, sensors, readings }));
      contestants.push(await taskContestant(folder, { pipeline: smoke, name: STATISTICS, sensors: 1000, readings }));
      return contestants;
    },
  };
}

/** A kernel of its own, so that each has its 4 GiB. */
async function taskContestant(folder: string, options: { pipeline: Pipeline; name: string; sensors: number; readings: number }): Promise<Contestant> {
  const { pipeline: of, name, sensors, readings } = options;
  const kernel = await loadKernel();
  const models = new ModelStore({ kernel, pipeline: of, path: join(folder, "model.json"), now: () => 0 });
  await models.refresh();
  await models.require().forest.ready();
  const task = new Task({ kernel, pipeline: of, models, format: { kind: "json" } });
  const stream = new MessageStream(of.readings, sensors);
  const emptyBytes = task.stateBytes;
  for (const records of stream.take(FULL_AFTER_S * sensors)) task.process(records);
  const bytes = sensors < 1000 ? "" : `, ${((task.stateBytes - emptyBytes) / sensors / 1000).toFixed(1)} kB each`;
  return {
    name: `${name}${bytes}`,
    peer: name === STATISTICS,
    async run() {
      let ms = 0;
      let taken = 0;
      for (const records of stream.take(readings)) {
        const startedMs = performance.now();
        const { encodePredictions } = task.process(records);
        encodePredictions!();
        ms += performance.now() - startedMs;
        taken += records.count;
      }
      return { ms: ms / taken };
    },
  };
}
