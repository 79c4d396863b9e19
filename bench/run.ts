import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { helpText, parseArguments, type Command } from "../commands/command.ts";
import { abortOnInterrupt, tell, tellFailure } from "../commands/terminal.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import type { Bench } from "./bench.ts";
import { decodeBench, decodings } from "./decode.ts";
import { explainBench, explainings } from "./explain.ts";
import { kafkaBenchCommand } from "./kafka/command.ts";
import { httpBenchCommand } from "./http/command.ts";
import { historyBench } from "./history.ts";
import { historyDayBench } from "./history-day.ts";
import { measure, type Result } from "./measure.ts";
import { pipelineBench } from "./pipeline.ts";
import { scoringBench, scorings } from "./kernel.ts";
import { recordsBenches } from "./records.ts";
import { root } from "./program.ts";
import { serve } from "./serve.ts";
import { tableOf } from "./table.ts";
import { taskBench } from "./task.ts";
import { trainBench, trainings } from "./train.ts";
import { windowBench } from "./window.ts";

const benches: ReadonlyMap<string, (quick: boolean) => Bench> = new Map([
  ...scorings.map((scoring) => [scoring.name, (quick: boolean) => scoringBench(scoring, quick)] as const),
  ...explainings.map((explaining) => [explaining.name, (quick: boolean) => explainBench(explaining, quick)] as const),
  ...decodings.map((decoding) => [decoding.name, (quick: boolean) => decodeBench(decoding, quick)] as const),
  ...trainings.map((training) => [training.name, (quick: boolean) => trainBench(training, quick)] as const),
  ...recordsBenches,
  ["window", windowBench],
  ["task", taskBench],
  ["history", historyBench],
  ["history-day", historyDayBench],
  ["pipeline", pipelineBench],
]);

const benchCommand = (names: readonly string[]): Command => ({
  name: "bench",
  summary: "",
  flags: [
    { name: "runs", value: "N", help: "runs of each that count, after one that does not (5)" },
    { name: "quick", help: "on little data: shows that all runs, not how fast; writes no result" },
    { name: "peers", help: "fail where a peer is absent, instead of showing it as absent" },
    { name: "json", help: "print results as JSON" },
    { name: "only-here", value: "FOLDER", help: "serve one bench on this runtime; how the bench calls itself" },
  ],
  examples: ["npm run bench", "npm run bench -- kernel --peers --runs 7", "npm run -s bench -- train pipeline --json > results.json"],
  async run(given, signal) {
    const quick = given.has("quick");
    const chosen = (names.length > 0 ? names : [...benches.keys()]).flatMap((name) => benchesOf(name, quick));
    const folder = given.text("only-here");
    if (folder !== undefined) {
      await serve(chosen[0]!, folder);
      return 0;
    }
    const runs = given.number("runs", { min: 1, max: 1000, whole: true }) ?? 5;
    const results = [];
    for (const bench of chosen) {
      const result = await measure(bench, { runs, quick, mustHavePeers: given.has("peers"), signal, onStep: (what) => tell(`${bench.name.padEnd(17)}${what}`) });
      results.push(result);
      if (!quick) await save(bench, result);
      if (!given.has("json")) process.stdout.write(`\n${tableOf(result)}\n`);
    }
    if (given.has("json")) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return 0;
  },
});

/** The bench of that name, or all whose names begin with it: `kernel` is `kernel-xgboost`, `kernel-64`, … */
function benchesOf(name: string, quick: boolean): Bench[] {
  const found = [...benches].filter(([each]) => each === name || each.startsWith(`${name}-`)).map(([, make]) => make(quick));
  if (found.length > 0) return found;
  throw new MangroveError("MGV_USAGE", `There is no bench ${name}.${didYouMean(name, benches.keys())} There are ${[...benches.keys()].join(", ")}.`);
}

async function save(bench: Bench, result: Result): Promise<void> {
  await saveResult(bench.name, result);
  if (bench.chart) await writeFile(join(results, `${bench.name}.svg`), bench.chart(result));
}

const results = join(root, "bench", "results");

async function saveResult(name: string, result: object): Promise<void> {
  await mkdir(results, { recursive: true });
  await writeFile(join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** Resolves to the exit code: 0 well, 1 failed, 2 wrong use. */
async function run(words: readonly string[]): Promise<number> {
  const firstFlag = words.findIndex((word) => word.startsWith("-"));
  const names = firstFlag === -1 ? words : words.slice(0, firstFlag);
  // with servers and engines in processes of their own, it is measured otherwise
  const command = names[0] === "kafka" ? kafkaBenchCommand(saveResult) : names[0] === "http" ? httpBenchCommand(saveResult) : benchCommand(names);
  const controller = new AbortController();
  try {
    const given = parseArguments(command, words.slice(names.length));
    if (given.has("help")) {
      const [, ...lines] = helpText(command).split("\n");
      process.stdout.write(["npm run bench -- [kernel] [shap] [decode] [records] [window] [train] [task] [pipeline] [flags]: each beside its peers", ...lines].join("\n"));
      return 0;
    }
    if (!given.has("only-here")) abortOnInterrupt(controller);
    return await command.run(given, controller.signal);
  } catch (thrown) {
    if (controller.signal.aborted) return 130;
    return tellFailure(thrown);
  }
}

process.exitCode = await run(process.argv.slice(2));
