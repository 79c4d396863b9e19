import process from "node:process";
import { helpText, parseArguments, type Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { loadKernel, type Kernel } from "../../kernel-as/host/kernel.ts";
import { fuzzBatches } from "./batches.ts";
import { fuzzDecode } from "./decode.ts";
import { fuzzModels } from "./model.ts";

/*
 * `npm run fuzz -- model`: a million mutations of small models of every kind.
 * `npm run fuzz -- decode`: ten million messages, sound, odd and broken, by the kernel and by the oracle.
 * `npm run fuzz -- batches`: a million fetches of record batches, sound and broken, by the kernel and by the oracle.
 */

type OnRun = (run: number) => void;

const targets: Readonly<Record<string, { readonly runs: number; readonly unit: string; run(kernel: Kernel, runs: number, seed: number, onRun: OnRun): Promise<string> }>> = {
  model: {
    runs: 1_000_000,
    unit: "mutations",
    async run(kernel, runs, seed, onRun) {
      const { refused, scored, slowestMs } = await fuzzModels(kernel, runs, seed, onRun);
      return `${refused.toLocaleString("en")} refused, ${scored.toLocaleString("en")} scored as the oracle, slowest ${slowestMs.toFixed(0)} ms`;
    },
  },
  decode: {
    runs: 10_000_000,
    unit: "messages",
    run(kernel, runs, seed, onRun) {
      const { taken, rejected } = fuzzDecode(kernel, runs, seed, onRun);
      return Promise.resolve(`${taken.toLocaleString("en")} taken, ${rejected.toLocaleString("en")} rejected, all as by the oracle`);
    },
  },
  batches: {
    runs: 1_000_000,
    unit: "fetches",
    run(kernel, runs, seed, onRun) {
      const { read, refused } = fuzzBatches(kernel, runs, seed, onRun);
      return Promise.resolve(`${read.toLocaleString("en")} read, ${refused.toLocaleString("en")} refused, all as by the oracle`);
    },
  },
};

const commandFor = (target: (typeof targets)[string]): Command => ({
  name: "fuzz",
  summary: "broken input by the million",
  flags: [
    { name: "runs", value: "N", help: `${target.unit} (${target.runs})` },
    { name: "seed", value: "N", help: "the first one's seed; a failure tells its own (the time)" },
  ],
  examples: ["npm run fuzz -- model", "npm run fuzz -- decode", "npm run fuzz -- batches", "npm run fuzz -- model --runs 1 --seed 123456"],
  async run(given) {
    const runs = given.number("runs", { min: 1, whole: true }) ?? target.runs;
    const seed = given.number("seed", { min: 0, whole: true }) ?? Date.now() % 1_000_000_000;
    tell(`${runs.toLocaleString("en")} ${target.unit} from seed ${seed}`);
    const every = Math.max(1, Math.floor(runs / 100));
    const started = performance.now();
    const report = await target.run(await loadKernel(), runs, seed, (run) => {
      if ((run + 1) % every !== 0) return;
      const line = `${Math.round(((run + 1) / runs) * 100)} %, ${Math.round((performance.now() - started) / 1000)} s`;
      if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K`);
      else if ((run + 1) % (every * 10) === 0) tell(line);
    });
    tell(`${process.stderr.isTTY ? "\n" : ""}${report}`);
    return 0;
  },
});

const [name, ...rest] = process.argv.slice(2);
const known = Object.keys(targets);
try {
  const target = targets[name ?? ""];
  const command = commandFor(target ?? targets["model"]!);
  const given = parseArguments(command, name?.startsWith("-") ? [name, ...rest] : rest);
  if (given.has("help") || name === undefined) process.stdout.write(`npm run fuzz -- TARGET [flags]; targets: ${known.join(", ")}\n${helpText(command)}`);
  else if (target) process.exitCode = await command.run(given, new AbortController().signal);
  else throw new MangroveError("MGV_USAGE", `There is nothing to fuzz called ${name}.${didYouMean(name, known)} There are ${known.join(", ")}.`);
} catch (thrown) {
  tell(thrown instanceof MangroveError ? `${thrown.code}: ${thrown.message}` : String(thrown));
  process.exitCode = thrown instanceof MangroveError && thrown.code === "MGV_USAGE" ? 2 : 1;
}
