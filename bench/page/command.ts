import process from "node:process";
import type { Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { chromiumAbsent, startChromium } from "../../test/browser/chromium.ts";
import { commit, machine } from "../machine.ts";
import type { ResultKeeper } from "../report/keeper.ts";
import { median } from "../statistics.ts";
import { firstLoads, watchMany, type FirstLoad, type Watched } from "./watch.ts";

const SENSORS = 1_000;

interface PageResult {
  readonly date: string;
  readonly commit: string | null;
  readonly machine: ReturnType<typeof machine>;
  readonly loads: readonly FirstLoad[];
  readonly watched: readonly Watched[];
}

export const pageBenchCommand = (keeper: ResultKeeper): Command => ({
  name: "bench page",
  summary: "the live page in Chromium: its first load, and its main thread with many sensors",
  flags: [
    { name: "runs", value: "N", help: "of each, after one that does not count (5)" },
    { name: "quick", help: "one run: shows that all runs, not how fast; writes no result" },
    { name: "json", help: "print the result as JSON" },
  ],
  examples: ["npm run bench -- page", "npm run bench -- page --runs 9"],
  async run(given) {
    if (chromiumAbsent !== null) throw new MangroveError("MGV_USAGE", `The live page cannot be measured: ${chromiumAbsent}.`);
    const runs = given.has("quick") ? 1 : (given.number("runs", { min: 1, max: 100, whole: true }) ?? 5);
    const began = { date: new Date().toISOString(), commit: commit(), machine: machine() };
    const browser = await startChromium();
    try {
      tell(`page             first loads: ${runs}`);
      const [, ...loads] = await firstLoads(browser, runs + 1);
      const watched: Watched[] = [];
      for (let i = 0; i < runs; i++) {
        tell(`page             ${SENSORS} sensors, ten seconds: ${i + 1} of ${runs}`);
        watched.push(await watchMany(browser, SENSORS));
      }
      const result: PageResult = { ...began, loads, watched };
      if (!given.has("quick")) await keeper.keep("page", result);
      process.stdout.write(given.has("json") ? `${JSON.stringify(result, null, 2)}\n` : `\n${textOf(result)}\n`);
      return 0;
    } finally {
      await browser.close();
    }
  },
});

function textOf({ machine, loads, watched }: PageResult): string {
  const figure = (samples: readonly number[], digits = 0) => `${median(samples).toFixed(digits)} (${Math.min(...samples).toFixed(digits)} – ${Math.max(...samples).toFixed(digits)})`;
  return [
    `page: service and Chromium on the same ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; medians of ${loads.length}, least and greatest`,
    `first load of 12 sensors: ${figure(loads.map(({ bytes }) => bytes / 1000))} kB, first paint after ${figure(loads.map(({ firstPaintMs }) => firstPaintMs))} ms`,
    `${SENSORS} sensors, watched and scrolled for ten seconds: the longest task of ${figure(watched.map(({ tasks }) => tasks))} took ${figure(watched.map(({ longestTaskMs }) => longestTaskMs), 1)} ms of the processor, ${figure(watched.map(({ longestTaskByClockMs }) => longestTaskByClockMs), 1)} ms by the clock`,
    "",
  ].join("\n");
}
