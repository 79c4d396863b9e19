import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { model, pipeline as pipelineOf, topic } from "../../engine/index.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { beginning, type Began } from "../machine.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { compareFlag, type ResultKeeper } from "../report/keeper.ts";
import { markdownHead } from "../report/markdown.ts";
import { trainSmoke } from "../smoke-model.ts";
import { installKafkaStreams } from "../streams/install.ts";
import { MANY, openCluster } from "./cluster.ts";
import { runtimes, type RuntimeName } from "./engine-process.ts";
import { Filler } from "./fill.ts";
import { measureLatency, type Latency } from "./latency.ts";
import { measureRestore, type Restore } from "./restore.ts";
import { kafkaTable } from "./table.ts";
import { measureThroughput, pipelines, type Rate } from "./throughput.ts";

const SENSORS = 1000;

/** What the peer's model reads: the values of a reading alone. */
const plainSmoke = pipelineOf("plain").from(topic("bench_readings"), smokeSchema).score(model("plain")).to(topic("peer_predictions"));

export interface KafkaResult extends Began {
  readonly runs: number;
  /** All parts on every runtime, beside Kafka Streams: what a document may tell. */
  readonly isWhole: boolean;
  readonly readings: number;
  readonly rates: readonly Rate[];
  readonly latencies: readonly Latency[];
  readonly restores: readonly Restore[];
}

const parts = [...pipelines, "latency", "restore"] as const;

export const kafkaBenchCommand = (keeper: ResultKeeper): Command => ({
  name: "bench kafka",
  summary: "the engine on a real broker on these same cores, exactly once",
  flags: [
    { name: "runs", value: "N", help: "runs of each that count, after one that does not (5)" },
    { name: "readings", value: "N", help: "readings of a run (1000000)" },
    { name: "only", value: "LIST", isList: true, help: `${parts.join(", ")} (all)` },
    { name: "runtime", value: "NAME", help: "node, bun or deno, for latency and restore (all)" },
    { name: "sensors", value: "N", help: "sensors whose state is restored (100000)" },
    { name: "peers", help: "fail where Kafka Streams is absent, instead of saying so" },
    { name: "quick", help: "on little data: shows that all runs, not how fast; writes no result" },
    compareFlag,
    { name: "json", help: "print the result as JSON" },
  ],
  examples: ["npm run bench -- kafka", "npm run bench -- kafka --only predictions --runs 3"],
  async run(given) {
    await keeper.begin(given.text("compare"));
    const quick = given.has("quick");
    const runs = given.number("runs", { min: 1, max: 100, whole: true }) ?? (quick ? 1 : 5);
    const sensors = given.number("sensors", { min: 10, max: 1_000_000, whole: true }) ?? (quick ? 1000 : 100_000);
    const only = given.someOf("only", parts) ?? parts;
    const chosen = given.oneOf("runtime", Object.keys(runtimes) as RuntimeName[]);
    const hosts = chosen === undefined ? (Object.keys(runtimes) as RuntimeName[]) : [chosen];
    const began = beginning();
    const onStep = (what: string) => tell(`kafka            ${what}`);
    await using open = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "mangrove-bench-"));
    open.defer(() => rm(folder, { recursive: true, force: true }));
    onStep("training a model of 200 trees, starting a broker");
    await mkdir(join(folder, "plain"));
    await writeFile(join(folder, "model.json"), await trainSmoke({ rounds: 200, max_depth: 6 }));
    const kernel = await loadKernel();
    const cluster = open.use(await openCluster(folder));

    const absent = only.some((part) => part === "predictions" || part === "analytics") ? await installKafkaStreams() : null;
    if (absent !== null && given.has("peers")) throw new MangroveError("MGV_USAGE", `Kafka Streams is ${absent}.`);
    if (absent !== null) onStep(`Kafka Streams: ${absent}`);
    else await writeFile(join(folder, "plain", "model.json"), await trainSmoke({ rounds: 200, max_depth: 6 }, plainSmoke));
    let rates: Rate[] = [];
    let readings = 0;
    const asked = pipelines.filter((pipeline) => only.includes(pipeline));
    if (asked.length > 0) {
      using filler = new Filler(cluster.cluster, kernel);
      readings = await filler.appendReadings({ readings: given.number("readings", { min: 1000, whole: true }) ?? (quick ? 20_000 : 1_000_000), sensors: SENSORS });
      rates = await measureThroughput({ servers: cluster.servers, folder, readings, runs, only: asked, hasPeer: absent === null, onStep });
    }
    const latencies: Latency[] = [];
    if (only.includes("latency")) {
      for (const runtime of hosts) {
        for (const intervalMs of [10, 100, 1000]) {
          onStep(`latency on ${runtime}, commits every ${intervalMs} ms`);
          latencies.push(await measureLatency(cluster, kernel, { runtime, intervalMs, rate: quick ? 2000 : 20_000, seconds: quick ? 3 : 20, folder }));
        }
      }
    }
    const restores: Restore[] = [];
    if (only.includes("restore")) {
      const readingsEach = 10;
      using filler = new Filler(cluster.cluster, kernel, MANY);
      await filler.appendReadings({ readings: sensors * readingsEach, sensors });
      for (const runtime of hosts) {
        onStep(`restore on ${runtime}, ${sensors} sensors`);
        restores.push(await measureRestore(cluster, { runtime, sensors, readingsEach, folder }));
      }
    }
    const isWhole = parts.every((part) => only.includes(part)) && chosen === undefined && absent === null;
    const result: KafkaResult = { ...began, runs, isWhole, readings, rates, latencies, restores };
    if (!quick) await keeper.keep("kafka", result);
    process.stdout.write(given.has("json") ? `${JSON.stringify(result, null, 2)}\n` : `\n${markdownHead(result)}\n\n${kafkaTable(result)}\n\n`);
    return 0;
  },
});
