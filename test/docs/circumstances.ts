import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { connectBroker } from "../../engine/broker/connect.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { append } from "../fixtures/append.ts";
import { openCluster } from "../fixtures/kafka-wire.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { fencedBlocks } from "./fenced-blocks.ts";
import type { Stage } from "./stage.ts";

/** What a document takes for granted before its first line, beside the files that all of them find, and what must be there behind its last. */
export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (stage: Stage, kafka: { servers: string | null; topic: string }) => Promise<void>;
  /** Goes on while the document's commands are run. */
  readonly service?: string;
  /** Files that have a line or more in the end, of which this is in one. */
  readonly leaves?: Readonly<Record<string, string>>;
}

const withoutPipeline = (stage: Stage) => rm(stage.file("pumps.ts"));

export const circumstances: Readonly<Record<string, Circumstances>> = {
  "README.md": { prepare: withoutPipeline },
  "docs/dead-letters.md": {
    async prepare(stage, { servers, topic }) {
      if (servers === null) return;
      await ensure(servers, topic);
      await using cluster = await openCluster(servers);
      await append(cluster, await loadKernel(), { topic }, Array.from({ length: 20 }, (_, i) => ({ value: `{"odd": ${i}}` })));
      await must(stage, `KAFKA_BOOTSTRAP_SERVERS=${servers} bun run engine -- --source kafka --until-end`);
    },
  },
  "docs/doctor.md": { prepare: async (_, { servers, topic }) => (servers === null ? undefined : ensure(servers, topic)) },
  "docs/new.md": {
    async prepare(stage, { servers }) {
      if (servers !== null) await must(stage, `KAFKA_BOOTSTRAP_SERVERS=${servers} npm run -s mangrove -- replay pumps.csv pumps.ts --topic pump_readings --speed max`);
      await withoutPipeline(stage);
    },
  },
  "docs/notifications.md": { env: { MANGROVE_ALERT_COMMAND: "/bin/true" }, service: "npm start -- --data recording.csv --speed max" },
  "docs/pipelines.md": {
    async prepare(stage) {
      const { text } = fencedBlocks.find(({ file, language }) => file === "docs/pipelines.md" && language === "ts")!;
      await writeFile(stage.file("bearings.ts"), text.replace('"mangrove"', JSON.stringify(`${projectRoot}/engine/index.ts`)));
      const rows = Array.from({ length: 2000 }, (_, i) => [Date.UTC(2026, 1, 27) + i * 10_000, `m${i % 4}`, 2 + Math.sin(i) + (i % 400 > 300 ? 8 : 0), 50, i % 400 > 300 ? 1 : 0].join(","));
      await writeFile(stage.file("recording.csv"), `ts,machine,vibration,temperature,fault\n${rows.join("\n")}\n`);
    },
  },
  "examples/http-only/README.md": { leaves: { "state/outputs/meter_alerts-1.jsonl": "meter-2 looks like leak" } },
  "examples/machine-vibration/README.md": { leaves: { "outputs/vibration_alerts.jsonl": "looks like fault", "outputs/vibration_worst.jsonl": '"hottest":', "outputs/vibration_trends.jsonl": '"mean_p95":' } },
  "examples/occupancy/README.md": { leaves: { "outputs/occupancy_alerts.jsonl": "looks like occupancy", "outputs/occupancy_statistics.jsonl": '"mean_co2":' } },
  "docs/training.md": {
    async prepare(stage) {
      await copyFile(stage.file("models/smoke_detection_model.json"), stage.file("xgboost.json"));
      await must(stage, "npm run train -- --data machines.csv --label failed --out machines.json --split random");
      await must(stage, "npm run -s mangrove -- model convert machines.json lightgbm.txt");
      await must(stage, "npm run -s mangrove -- search --data recording.csv --trials 2 --rounds 10 --out best.json --json > trials.json");
    },
  },
};

async function must(stage: Stage, command: string): Promise<void> {
  const { code, stderr } = await stage.run(command);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
}

/** Keeps the second model of every stage as what was trained last, without serving it. */
export async function challenge(stage: Stage): Promise<void> {
  const registry = await Registry.open({ path: stage.file("models/smoke_detection_model.json"), now: Date.now });
  await registry.keep(await readFile(stage.file("elsewhere.json")), { by: "ada", verdict: "challenger", reasons: ["to be looked at"] });
}

async function ensure(servers: string, topic: string): Promise<void> {
  await using broker = await connectBroker("platformatic", { servers: servers.split(",") });
  await broker.ensureTopics([topic]);
}
