import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { openCluster, PARTITIONS, READINGS } from "../kafka/cluster.ts";
import { Filler } from "../kafka/fill.ts";
import { beginning, type Began } from "../machine.ts";
import { compareFlag, type ResultKeeper } from "../report/keeper.ts";
import { trainSmoke } from "../smoke-model.ts";
import { binaryModel } from "./binary-model.ts";
import { contestants, kinds, type Contestant } from "./contestants.ts";
import type { Input } from "./measure.ts";
import predictions from "./pipelines/predictions.ts";
import { measureRounds, type Failure, type StreamRow } from "./rounds.ts";
import { streamsTable } from "./table.ts";

const SHORT = "bench_readings_short";

export interface StreamsResult extends Began {
  readonly bench: "streams";
  readonly title: string;
  readonly runs: number;
  /** Of every kind, beside all peers. */
  readonly isWhole: boolean;
  readonly readings: number;
  readonly rows: readonly StreamRow[];
  readonly failed: readonly Failure[];
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
}

export const streamsBenchCommand = (keeper: ResultKeeper): Command => ({
  name: "bench streams",
  summary: "the engine and other stream processors on one broker, with the same readings and the same model",
  flags: [
    { name: "runs", value: "N", help: "runs of each that count, after one that does not (2)" },
    { name: "readings", value: "N", help: "readings of a run (1000000); slow peers read a tenth" },
    { name: "only", value: "LIST", isList: true, help: `${kinds.join(", ")} (both)` },
    { name: "with", value: "LIST", isList: true, help: "contestants whose names have one of these words, beside ours on Node (all)" },
    { name: "peers", help: "install the peers where they are not, and fail where one cannot be; otherwise it is left out and named" },
    { name: "quick", help: "on little data: shows that all runs, not how fast; writes no result" },
    compareFlag,
    { name: "json", help: "print the result as JSON" },
  ],
  examples: ["npm run bench -- streams --peers", "npm run bench -- streams --only windows --with spark,bytewax --runs 1"],
  async run(given, signal) {
    await keeper.begin(given.text("compare"));
    const quick = given.has("quick");
    const runs = given.number("runs", { min: 1, max: 100, whole: true }) ?? (quick ? 1 : 2);
    const readings = given.number("readings", { min: 10_000, whole: true }) ?? (quick ? 100_000 : 1_000_000);
    const only = given.someOf("only", kinds) ?? kinds;
    const words = given.text("with")?.toLowerCase().split(",");
    const began = beginning();
    const onStep = (what: string) => tell(`streams          ${what}`);
    const chosen = contestants.filter(({ name }, i) => i === 0 || words === undefined || words.some((word) => name.toLowerCase().includes(word)));
    const { present, absent } = await install(chosen, onStep);
    if (absent.length > 0 && given.has("peers")) throw new MangroveError("MGV_USAGE", absent.map(({ name, reason }) => `${name} is ${reason}.`).join(" "));

    await using open = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "mangrove-streams-"));
    open.defer(() => rm(folder, { recursive: true, force: true }));
    onStep("training a model of 200 trees, starting a broker, filling topics");
    const model = await trainSmoke({ rounds: 200, max_depth: 6 }, predictions);
    await writeFile(join(folder, "model.json"), model);
    await writeFile(join(folder, "model.bin"), binaryModel(xgboostJson.read(model)));
    const kernel = await loadKernel();
    const cluster = open.use(await openCluster(folder));
    const fill = async (topic: string, count: number, sensors: number): Promise<Input> => {
      await cluster.broker.ensureTopics([topic], { partitions: PARTITIONS });
      using filler = new Filler(cluster.cluster, kernel, topic);
      return { topic, sensors, readings: await filler.appendReadings({ readings: count, sensors }) };
    };
    const long = await fill(READINGS, readings, 1000);
    // whole batches of each sensor, as Quix keeps back what is less
    const short = await fill(SHORT, Math.ceil(readings / 100_000) * 10_000, 100);
    const asked = only.flatMap((kind) => present.filter((each) => each.kinds.includes(kind)).map((contestant) => ({ kind, contestant })));
    const { rows, failed } = await measureRounds(asked, { cluster, kernel, folder, runs, long, short, signal, onStep });
    const isWhole = only.length === kinds.length && words === undefined && absent.length === 0;
    const result: StreamsResult = { bench: "streams", title: "stream processors on one broker, with the same readings and the same model", ...began, runs, isWhole, readings: long.readings, rows, failed, absent };
    if (!quick) await keeper.keep("streams", result);
    process.stdout.write(given.has("json") ? `${JSON.stringify(result, null, 2)}\n` : `\n${streamsTable(result)}\n`);
    return failed.length > 0 ? 1 : 0;
  },
});

async function install(chosen: readonly Contestant[], onStep: (what: string) => void): Promise<{ present: Contestant[]; absent: { name: string; reason: string }[] }> {
  const [present, absent]: [Contestant[], { name: string; reason: string }[]] = [[], []];
  for (const [name, same] of Map.groupBy(chosen, ({ name }) => name)) {
    if (same[0]!.runtime === null) onStep(`installing what ${name} needs, unless it is there`);
    const reason = await same[0]!.install();
    if (reason === null) present.push(...same);
    else absent.push({ name, reason });
  }
  return { present, absent };
}
