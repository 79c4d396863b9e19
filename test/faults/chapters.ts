import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "../../commands/command.ts";
import { counted, tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { whyNotStartable } from "../broker/availability.ts";
import { brokerOf, groupNames, planOf, type GroupPlan } from "./groups.ts";
import { stepKinds, type Step } from "./plan.ts";
import { runFaults, type Outcome } from "./run.ts";
import { runtimeFlag, runtimesIn } from "./runtime-flag.ts";
import { trendsOf } from "./trends.ts";

/*
 * `npm run soak -- faults`: the long form of the fault tests. A chapter is a group of its own, from its first member to the verification of all that it has written; another follows
 * until time is up. The first one in which something is wrong is the last, so that its broker can be looked at.
 */

const MINUTES = 60;
/** All that a chapter has written is compared in memory. */
const CHAPTER_MS = 10 * 60_000;

export const chaptersCommand: Command = {
  name: "soak faults",
  summary: "engines, their broker and their model under seeded faults without end; everything that they write is verified",
  flags: [
    { name: "minutes", value: "N", help: `how long (${MINUTES}); the chapter under way is ended and verified` },
    { name: "seed", value: "N", help: "of the first chapter, the next ones count up: the same seed gives the same readings and steps (the time)" },
    { name: "group", value: "NAME", help: `${groupNames.join(", ")}: what all chapters are of (one after the other)` },
    { name: "deck", value: "KINDS", help: "faults with commas between them, instead of all that belong to the group" },
    runtimeFlag,
    { name: "guarantee", value: "NAME", help: "exactly-once or at-least-once (exactly-once)" },
    { name: "commit-interval", value: "MS", help: "of the engines (5000): more than most of them live between two faults" },
    { name: "pause", value: "S", help: "how long a paused broker answers nothing (70)" },
    { name: "keep", value: "DIR", help: "where a chapter that fails leaves findings, logs and the broker's files (soak-SEED)" },
  ],
  examples: ["npm run soak -- faults --minutes 30 --seed 7 --runtime bun", "npm run soak -- faults --minutes 1 --pause 5"],
  async run(given, interrupted) {
    const absent = await whyNotStartable();
    if (absent !== null) throw new MangroveError("MGV_USAGE", `A soak needs a broker of its own: ${absent}`);
    const minutes = given.number("minutes", { min: 0.1 }) ?? MINUTES;
    const seed = given.number("seed", { min: 0, whole: true }) ?? Date.now() % 1_000_000_000;
    const runtimes = runtimesIn(given);
    const guarantee = given.oneOf("guarantee", ["exactly-once", "at-least-once"]) ?? "exactly-once";
    const commitIntervalMs = given.number("commit-interval", { min: 100, whole: true }) ?? 5000;
    const pauseMs = (given.number("pause", { min: 0 }) ?? 70) * 1000;
    const endMs = performance.now() + minutes * 60_000;
    const kernel = await sharedKernel();
    const group = given.oneOf("group", groupNames);
    const deck = given.someOf("deck", stepKinds);

    const chapters: Outcome[] = [];
    let isSound = true;
    for (let chapter = seed; isSound && performance.now() < endMs && !interrupted.aborted; chapter++) {
      const name = group ?? groupNames[(chapter - seed) % groupNames.length]!;
      await using own = await brokerOf(name);
      const { broker, access } = own;
      const keep = resolve(given.text("keep") ?? `soak-${chapter}`);
      const keepBroker = async () => {
        await broker.stop();
        await cp(broker.folder, join(keep, "broker"), { recursive: true });
        tell(`soak    what there was is kept in ${keep}`);
      };
      const plan = planOf(name, { seed: chapter, spared: "m1", ...(deck && { deck }) });
      const steps = during(plan, Math.min(endMs, performance.now() + CHAPTER_MS));
      const { workers } = plan;
      const options = { broker, access, kernel, seed: chapter, guarantee, expected: guarantee, steps, runtimes, commitIntervalMs, pauseMs, signal: interrupted, keep, tell, ...(workers && { workers }) };
      const outcome = await runFaults(options).catch(async (thrown: unknown) => {
        await keepBroker();
        throw thrown;
      });
      const found = problemsOf(outcome);
      for (const problem of found.slice(0, 20)) tell(`PROBLEM seed ${chapter}: ${problem}`);
      if (found.length > 20) tell(`PROBLEM seed ${chapter}: and ${found.length - 20} more`);
      chapters.push(outcome);
      isSound = found.length === 0;
      if (!isSound) await keepBroker();
    }
    tell(summaryOf(chapters));
    return isSound ? 0 : 1;
  },
};

/** Whole decks as long as there is time, at least one. */
function* during({ steps, length }: GroupPlan, untilMs: number): Generator<Step> {
  for (let played = 0; played % length !== 0 || played === 0 || performance.now() < untilMs; played++) yield steps.next().value;
}

function problemsOf({ findings, exits, lives }: Outcome): string[] {
  return [
    ...findings.map(({ what, sentence }) => `${what}: ${sentence}`),
    ...exits.filter(({ isAllowed }) => !isAllowed).map(({ name, end, after }) => `${name} ended by itself after ${after}: ${end}`),
    ...trendsOf(lives),
  ];
}

function summaryOf(chapters: readonly Outcome[]): string {
  const sum = (of: (outcome: Outcome) => number) => chapters.reduce((total, outcome) => total + of(outcome), 0);
  const found = (...kinds: string[]) => sum(({ findings }) => findings.filter(({ what }) => kinds.includes(what)).length);
  const peak = Math.max(0, ...chapters.flatMap(({ lives }) => lives.flatMap(({ samples }) => samples.map(({ rssBytes }) => rssBytes))));
  return [
    `soak    ${counted(chapters.length, "chapter")}, ${sum(({ steps }) => steps)} faults`,
    `${sum(({ kills }) => kills)} crashes (${sum(({ openAtKill }) => openAtKill)} in a transaction)`,
    `${sum(({ endedAnew }) => endedAnew)} transactions that the broker had not ended were ended anew`,
    `${sum(({ exits }) => exits.length)} engines ended by themselves and were started again`,
    `${sum(({ readings }) => readings)} readings, ${sum(({ outputs }) => outputs)} outputs`,
    `${found("lost")} lost, ${found("doubled")} doubled, ${found("changed", "extra", "order")} wrong`,
    `most memory of an engine ${Math.round(peak / 2 ** 20)} MB`,
  ].join("; ");
}
