import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Command } from "../commands/command.ts";
import { tell } from "../commands/terminal.ts";
import type { Bench } from "./bench.ts";
import { allBenches, benchesOf } from "./benches.ts";
import { runtimes, type RuntimeName } from "./kafka/engine-process.ts";
import { measure } from "./measure.ts";
import { installPeers, pythonWith } from "./python.ts";
import { compareFlag, resultsFolder, type ResultKeeper } from "./report/keeper.ts";
import { serve } from "./serve.ts";
import { tableOf } from "./table.ts";

/** What a minute has room for, on Node. Those that score have XGBoost grow their forest. */
const minute = new Set(["decode-json", "records-read", "train", "kernel-1000", "shap-one"]);
const grown = ["kernel-1000", "shap-one"];

export const benchCommand = (names: readonly string[], keeper: ResultKeeper): Command => ({
  name: "bench",
  summary: "",
  flags: [
    { name: "all", help: "all benches on all runtimes: hours with their peers" },
    { name: "runs", value: "N", help: "runs of each that count, after one that does not (5)" },
    { name: "runtime", value: "LIST", isList: true, help: "node, bun, deno (all; node where nothing is named)" },
    { name: "quick", help: "on little data: shows that all runs, not how fast; writes no result" },
    { name: "peers", help: "install the peers into bench/peers/.venv where they are not, and fail where one cannot be" },
    compareFlag,
    { name: "json", help: "print results as JSON" },
    { name: "only-here", value: "FOLDER", help: "serve one bench on this runtime; how the bench calls itself" },
  ],
  examples: ["npm run bench", "npm run bench -- kernel --peers --runs 7", "npm run bench -- decode task --compare earlier", "npm run -s bench -- train pipeline --json > results.json"],
  async run(given, signal) {
    const quick = given.has("quick");
    const folder = given.text("only-here");
    if (folder !== undefined) {
      await serve(benchesOf(names[0]!, quick)[0]!, folder);
      return 0;
    }
    await keeper.begin(given.text("compare"));
    const isMinute = names.length === 0 && !given.has("all");
    const mustHavePeers = given.has("peers");
    if (mustHavePeers) await installPeers();
    const all = Object.keys(runtimes) as RuntimeName[];
    const options = {
      runs: given.number("runs", { min: 1, max: 1000, whole: true }) ?? 5,
      runtimes: given.someOf("runtime", all) ?? (isMinute ? (["node"] as const) : all),
      peers: mustHavePeers ? "all" : isMinute ? "none" : "found",
      quick,
      signal,
    } as const;
    const chosen = isMinute ? benchesOfMinute(quick) : given.has("all") ? allBenches(quick) : names.flatMap((name) => benchesOf(name, quick));
    const results = [];
    for (const bench of chosen) {
      const result = await measure(bench, { ...options, onStep: (what) => tell(`${bench.name.padEnd(17)}${what}`) });
      results.push(result);
      if (!quick) {
        await keeper.keep(bench.name, result);
        if (bench.chart) await writeFile(join(resultsFolder, `${bench.name}.svg`), bench.chart(result));
      }
      if (!given.has("json")) process.stdout.write(`\n${tableOf(result)}\n`);
    }
    if (given.has("json")) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return 0;
  },
});

function benchesOfMinute(quick: boolean): Bench[] {
  const canGrow = pythonWith("xgboost") !== undefined;
  if (!canGrow) tell(`left out: ${grown.join(", ")}, whose forest XGBoost grows; --peers installs it`);
  return allBenches(quick).filter(({ name }) => minute.has(name) && (canGrow || !grown.includes(name)));
}
