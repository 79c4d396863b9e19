import { join } from "node:path";
import process from "node:process";
import { helpText, parseArguments, type Command } from "../commands/command.ts";
import { abortOnInterrupt, tell, tellFailure } from "../commands/terminal.ts";
import { benchCommand } from "./command.ts";
import { httpBenchCommand } from "./http/command.ts";
import { kafkaBenchCommand } from "./kafka/command.ts";
import { pageBenchCommand } from "./page/command.ts";
import { root } from "./program.ts";
import { ResultKeeper, writeDocument } from "./report/keeper.ts";
import { streamsBenchCommand } from "./streams/command.ts";

const documentCommand: Command = {
  name: "bench",
  summary: "",
  flags: [{ name: "document", help: "put the results of bench/results into BENCHMARKS.md" }],
  examples: ["npm run bench -- --document"],
  async run() {
    const path = join(root, "BENCHMARKS.md");
    await writeDocument(path);
    tell(`written: ${path}`);
    return 0;
  },
};

function commandOf(names: readonly string[], words: readonly string[], keeper: ResultKeeper): Command {
  // with servers and engines in processes of their own, it is measured otherwise
  const own = { kafka: kafkaBenchCommand, http: httpBenchCommand, page: pageBenchCommand, streams: streamsBenchCommand }[names[0] ?? ""];
  if (own) return own(keeper);
  return words.includes("--document") ? documentCommand : benchCommand(names, keeper);
}

/** Resolves to the exit code: 0 well, 1 failed or slower than before, 2 wrong use. */
async function run(words: readonly string[]): Promise<number> {
  const firstFlag = words.findIndex((word) => word.startsWith("-"));
  const names = firstFlag === -1 ? words : words.slice(0, firstFlag);
  const keeper = new ResultKeeper();
  const command = commandOf(names, words, keeper);
  const controller = new AbortController();
  try {
    const given = parseArguments(command, words.slice(names.length));
    if (given.has("help")) {
      const [, ...lines] = helpText(command).split("\n");
      process.stdout.write(["npm run bench -- [kernel] [shap] [decode] [records] [window] [train] [task] [history] [pipeline] | kafka | streams | http | page [flags]; --document: results into BENCHMARKS.md", ...lines].join("\n"));
      return 0;
    }
    if (!given.has("only-here")) abortOnInterrupt(controller);
    const code = await command.run(given, controller.signal);
    return code === 0 && keeper.slower > 0 ? 1 : code;
  } catch (thrown) {
    if (controller.signal.aborted) return 130;
    return tellFailure(thrown);
  }
}

process.exitCode = await run(process.argv.slice(2));
