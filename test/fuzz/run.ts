import process from "node:process";
import { helpText, parseArguments, type Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { fuzzModels } from "./model.ts";

/* `npm run fuzz -- model`: a million mutations of small models of every kind. */

const targets = ["model"];

const command: Command = {
  name: "fuzz",
  summary: "broken input by the million",
  flags: [
    { name: "runs", value: "N", help: "mutations (1000000)" },
    { name: "seed", value: "N", help: "the first one's seed; a failure tells its own (the time)" },
  ],
  examples: ["npm run fuzz -- model", "npm run fuzz -- model --runs 1 --seed 123456"],
  async run(given) {
    const runs = given.number("runs", { min: 1, whole: true }) ?? 1_000_000;
    const seed = given.number("seed", { min: 0, whole: true }) ?? Date.now() % 1_000_000_000;
    tell(`${runs.toLocaleString("en")} mutations from seed ${seed}`);
    const every = Math.max(1, Math.floor(runs / 100));
    const started = performance.now();
    const report = await fuzzModels(await loadKernel(), runs, seed, (run) => {
      if ((run + 1) % every !== 0) return;
      const line = `${Math.round(((run + 1) / runs) * 100)} %, ${Math.round((performance.now() - started) / 1000)} s`;
      if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K`);
      else if ((run + 1) % (every * 10) === 0) tell(line);
    });
    tell(`${process.stderr.isTTY ? "\n" : ""}${report.refused.toLocaleString("en")} refused, ${report.scored.toLocaleString("en")} scored as the oracle, slowest ${report.slowestMs.toFixed(0)} ms`);
    return 0;
  },
};

const [target, ...rest] = process.argv.slice(2);
try {
  const given = parseArguments(command, target?.startsWith("-") ? [target, ...rest] : rest);
  if (given.has("help") || target === undefined) process.stdout.write(`npm run fuzz -- TARGET [flags]; targets: ${targets.join(", ")}\n${helpText(command)}`);
  else if (targets.includes(target)) process.exitCode = await command.run(given, new AbortController().signal);
  else throw new MangroveError("MGV_USAGE", `There is nothing to fuzz called ${target}.${didYouMean(target, targets)} There is ${targets.join(", ")}.`);
} catch (thrown) {
  tell(thrown instanceof MangroveError ? `${thrown.code}: ${thrown.message}` : String(thrown));
  process.exitCode = thrown instanceof MangroveError && thrown.code === "MGV_USAGE" ? 2 : 1;
}
