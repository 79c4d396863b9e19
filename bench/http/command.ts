import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { model, pipeline as pipelineOf, topic } from "../../engine/index.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { runtimes, type RuntimeName } from "../kafka/engine-process.ts";
import { beginning, type Began } from "../machine.ts";
import { compareFlag, type ResultKeeper } from "../report/keeper.ts";
import { markdownHead } from "../report/markdown.ts";
import { median, spread } from "../statistics.ts";
import { trainSmoke } from "../smoke-model.ts";
import { manyBody, oneBody } from "./bodies.ts";
import { steady, wrk, type Load } from "./load.ts";
import { startApi, startEcho } from "./ours.ts";
import { pairs, repeated, warm, type Paired } from "./pairs.ts";
import { peers, preparePeers } from "./peers.ts";
import { measureSoak, type Soak } from "./soak.ts";
import { httpTable } from "./table.ts";

/** What the peers' model reads: the values of a reading alone. */
const plainSmoke = pipelineOf("plain").from(topic("bench_readings"), smokeSchema).score(model("plain")).to(topic("plain_predictions"));

const BATCH = 1_000;

export interface HttpResult extends Began {
  readonly bench: "http";
  readonly runs: number;
  /** Of a run. */
  readonly seconds: number;
  /** All parts but the soak on every runtime, beside the peers: what a document may tell. */
  readonly isWhole: boolean;
  /** Beside a bare server. */
  readonly predict: readonly (Paired & { readonly runtime: RuntimeName })[];
  readonly batch: readonly { readonly runtime: RuntimeName; readonly readingsPerSecond: number; readonly min: number; readonly max: number; readonly samples: readonly number[] }[];
  readonly steady: readonly (Load & { readonly runtime: RuntimeName })[];
  readonly peers: readonly (Paired & { readonly name: string; readonly runtime: RuntimeName })[];
  readonly soaks: readonly Soak[];
}

const parts = ["predict", "batch", "steady", "peers", "soak"] as const;
const usual = parts.filter((part) => part !== "soak");

export const httpBenchCommand = (keeper: ResultKeeper): Command => ({
  name: "bench http",
  summary: "the HTTP service beside a bare server and its peers, on these same cores",
  flags: [
    { name: "runs", value: "N", help: "runs of each that count, after one that does not (5)" },
    { name: "seconds", value: "N", help: "of a run (5)" },
    { name: "only", value: "LIST", isList: true, help: `${parts.join(", ")} (all but soak)` },
    { name: "runtime", value: "NAME", help: "node, bun or deno (all; node beside the peers)" },
    { name: "soak", value: "SECONDS", help: "of the soak: 2,000 requests/s and another model every 10 s (300)" },
    { name: "peers", help: "fail where the peers are absent, instead of saying so" },
    { name: "quick", help: "a second each: shows that all runs, not how fast; writes no result" },
    compareFlag,
    { name: "json", help: "print the result as JSON" },
  ],
  examples: ["npm run bench -- http --peers", "npm run bench -- http --only predict --runtime bun", "npm run bench -- http --only soak --soak 300"],
  async run(given) {
    await keeper.begin(given.text("compare"));
    const quick = given.has("quick");
    const runs = given.number("runs", { min: 1, max: 100, whole: true }) ?? (quick ? 1 : 5);
    const seconds = given.number("seconds", { min: 1, max: 600, whole: true }) ?? (quick ? 1 : 5);
    const only = given.someOf("only", parts) ?? usual;
    const chosen = given.oneOf("runtime", Object.keys(runtimes) as RuntimeName[]);
    const hosts = chosen === undefined ? (Object.keys(runtimes) as RuntimeName[]) : [chosen];
    const began = beginning();
    const onStep = (what: string) => tell(`http             ${what}`);
    await using open = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "mangrove-bench-"));
    open.defer(() => rm(folder, { recursive: true, force: true }));
    onStep("training a model of 200 trees");
    await writeFile(join(folder, "model.json"), await trainSmoke({ rounds: 200, max_depth: 6 }));
    const load = { folder, seconds };

    const predict: HttpResult["predict"][number][] = [];
    const batch: HttpResult["batch"][number][] = [];
    const steadies: HttpResult["steady"][number][] = [];
    const soaks: Soak[] = [];
    for (const runtime of hosts) {
      await using api = await startApi(runtime, folder);
      if (only.includes("predict")) {
        await using echo = await startEcho(runtime, folder);
        onStep(`${runtime}: /predict beside a bare server, ${runs} pairs`);
        predict.push({ runtime, ...(await pairs(`${api.url}/predict`, `${echo.url}/predict`, { ...load, runs, body: oneBody })) });
      }
      if (only.includes("batch")) {
        onStep(`${runtime}: /predict/batch`);
        const body = manyBody(BATCH);
        await warm(`${api.url}/predict/batch`, { body, folder, connections: 4 });
        const samples = await repeated(runs, async () => checked(await wrk(`${api.url}/predict/batch`, { ...load, body, connections: 4 })).requestsPerSecond * BATCH);
        batch.push({ runtime, readingsPerSecond: median(samples), ...spread(samples), samples });
      }
      if (only.includes("steady")) {
        onStep(`${runtime}: a fixed rate`);
        steadies.push({ runtime, ...(await steady(`${api.url}/predict`, { ...load, body: oneBody, rate: 2_000 })) });
      }
    }
    const beside: HttpResult["peers"][number][] = [];
    if (only.includes("peers")) {
      const absent = await preparePeers();
      if (absent !== null && given.has("peers")) throw new MangroveError("MGV_USAGE", `The peers are ${absent}.`);
      if (absent !== null) onStep(`peers: ${absent}`);
      else {
        await writeFile(join(folder, "plain.json"), await trainSmoke({ rounds: 200, max_depth: 6 }, plainSmoke));
        const body = JSON.stringify({ ...(JSON.parse(oneBody) as object), CNT: 0 });
        for (const peer of peers) {
          onStep(peer.name);
          await using api = await startApi(chosen ?? "node", folder);
          await using server = await peer.start(join(folder, "plain.json"));
          beside.push({ name: peer.name, runtime: chosen ?? "node", ...(await pairs(`${api.url}/predict`, `${server.url}/predict`, { ...load, body, runs: Math.min(runs, 3) })) });
        }
      }
    }
    if (only.includes("soak")) {
      for (const runtime of hosts) {
        onStep(`${runtime}: soak`);
        soaks.push(await measureSoak({ runtime, folder, seconds: given.number("soak", { min: 1, whole: true }) ?? (quick ? 15 : 300) }));
      }
    }
    const isWhole = usual.every((part) => only.includes(part)) && chosen === undefined && beside.length === peers.length;
    const result: HttpResult = { bench: "http", ...began, runs, seconds, isWhole, predict, batch, steady: steadies, peers: beside, soaks };
    if (!quick) await keeper.keep("http", result);
    process.stdout.write(given.has("json") ? `${JSON.stringify(result, null, 2)}\n` : `\n${markdownHead(result)}\n\n${httpTable(result)}\n\n`);
    return 0;
  },
});

function checked(load: Load): Load {
  if (load.failures > 0) throw new MangroveError("MGV_INTERNAL", `${load.failures} requests of the bench failed.`);
  return load;
}
