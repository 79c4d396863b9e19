import { resolve } from "node:path";
import type { Command } from "../../../commands/command.ts";
import { tell } from "../../../commands/terminal.ts";
import { MangroveError } from "../../../kernel-as/errors.ts";
import { whyNotStartable } from "../../broker/availability.ts";
import { startBroker } from "../../broker/start.ts";
import { runtimeFlag, runtimesIn } from "../runtime-flag.ts";
import { trendsOf } from "../trends.ts";
import { runSteadily, type SteadyOutcome } from "./run.ts";

export const steadyCommand: Command = {
  name: "soak",
  summary: "a group of engines under a steady load, with models swapped, engines killed and their broker started again by a seed; all that they write is compared as they write it",
  flags: [
    { name: "minutes", value: "N", help: "how long (60)" },
    { name: "rate", value: "N", help: "readings a second (20000)" },
    { name: "seed", value: "N", help: "the same seed gives the same readings and steps (the time)" },
    { name: "share", value: "P", help: "of the sensors, drawn by the seed, whose outputs are compared as they come; of all of them readings and the history are counted (1; two cores keep up with 0.3 at 20000/s)" },
    runtimeFlag,
    { name: "keep", value: "DIR", help: "where logs and history of a run with findings are left (soak-SEED)" },
  ],
  examples: ["npm run soak", "npm run soak -- --minutes 2 --runtime bun --seed 7", "npm run soak -- faults --help"],
  async run(given, signal) {
    const absent = await whyNotStartable();
    if (absent !== null) throw new MangroveError("MGV_USAGE", `A soak needs a broker of its own: ${absent}`);
    const seed = given.number("seed", { min: 0, whole: true }) ?? Date.now() % 1_000_000_000;
    const runtimes = runtimesIn(given);
    const rate = given.number("rate", { min: 100, max: 1_000_000 }) ?? 20_000;
    const minutes = given.number("minutes", { min: 0.5 }) ?? 60;
    tell(`soak    seed ${seed}: ${rate} readings/s for ${minutes} minutes on ${runtimes.join(", ")}`);
    await using broker = await startBroker({ carriesLoad: true });
    const outcome = await runSteadily({
      broker,
      seed,
      share: given.number("share", { min: 0.01, max: 1 }) ?? 1,
      rate,
      durationMs: minutes * 60_000,
      runtimes,
      signal,
      keep: resolve(given.text("keep") ?? `soak-${seed}`),
      tell,
    });
    const problems = problemsOf(outcome);
    for (const problem of problems.slice(0, 20)) tell(`PROBLEM seed ${seed}: ${problem}`);
    tell(summaryOf(outcome));
    return problems.length === 0 ? 0 : 1;
  },
};

/** An engine whose broker goes away may give up, with an error that says so, and is started again: that is told, and no problem. */
function problemsOf({ findings, lives }: SteadyOutcome): string[] {
  return [...findings.map(({ what, sentence }) => `${what}: ${sentence}`), ...trendsOf(lives)];
}

function summaryOf({ seconds, records, readings, outputs, compared, steps, kills, exits, heldSeconds, slowestSeconds, lives, findings }: SteadyOutcome): string {
  const longest = lives.reduce((most, life) => (life.samples.length > most.samples.length ? life : most));
  const megabytes = (samples: typeof longest.samples) => Math.round(Math.min(...samples.map(({ rssBytes }) => rssBytes)) / 2 ** 20);
  const quarter = Math.ceil(longest.samples.length / 4);
  return [
    `soak    ${Math.round(seconds)} s, ${Math.round(records / seconds)} readings/s: ${readings} readings, ${outputs} outputs, ${compared} texts equal, ${findings.length} findings`,
    `steps: ${[...steps].map(([kind, count]) => `${count} ${kind}`).join(", ")}; ${kills} crashes; ${exits.length} engines ended by themselves${exits.length > 0 ? ` (${exits.join("; ")})` : ""}`,
    `caught up within ${slowestSeconds.toFixed(1)} s of any step; the feed was held for ${heldSeconds.toFixed(1)} s`,
    `${longest.name}, the longest life, ${longest.samples.length} s: least memory in its second quarter ${megabytes(longest.samples.slice(quarter, 2 * quarter))} MB, in its last ${megabytes(longest.samples.slice(-quarter))} MB; handles ${longest.samples[quarter]!.handles} and ${longest.samples.at(-1)!.handles}`,
  ].join("\n        ");
}
